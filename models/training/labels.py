"""Which labels the encoder's heads know, in the order of their logits."""

ENTITY_TYPES = ("person", "organization", "place", "misc", "time")
ARGUMENT = "argument"  # whatever a fact is about, named or not
SPANS = (*ENTITY_TYPES, ARGUMENT)

KNOWLEDGENET = {
    "EMPLOYEE_OR_MEMBER_OF": "works_for",
    "PLACE_OF_RESIDENCE": "lives_in",
    "SPOUSE": "spouse",
    "PLACE_OF_BIRTH": "born_in",
    "EDUCATED_AT": "educated_at",
    "HEADQUARTERS": "headquarters",
    "CHILD_OF": "child_of",
    "DATE_OF_BIRTH": "born_on",
    "FOUNDED_BY": "founded_by",
    "CEO": "ceo",
    "NATIONALITY": "nationality",
    "POLITICAL_AFFILIATION": "political_affiliation",
    "DATE_OF_DEATH": "died_on",
    "SUBSIDIARY_OF": "subsidiary_of",
    "DATE_FOUNDED": "founded_on",
}
PERSONAL = (
    "name",
    "job_title",
    "has_child",
    "has_sibling",
    "relative",
    "friend",
    "partner",
    "has_pet",
    "owns",
    "likes",
    "dislikes",
    "favorite",
    "hobby",
    "plans_to",
    "wants",
    "visited",
    "attended",
    "studies",
    "age",
    "speaks",
    "allergic_to",
    "has_condition",
    "diet",
    "marital_status",
    "caused_by",
)
INSTRUCTS = "instructs"  # what an assistant is told to do every time; its object is a whole clause
RELATIONS = (*KNOWLEDGENET.values(), *PERSONAL)
# SemEval-2010 task 8, each read from its first argument to its second, but for causes, which are
# read from the effect. All but these are for comparison with others only.
NOMINAL = {
    "Cause-Effect": "caused_by",
    "Component-Whole": "part_of",
    "Content-Container": "inside",
    "Entity-Destination": "goes_into",
    "Entity-Origin": "comes_from",
    "Instrument-Agency": "used_by",
    "Member-Collection": "member_of",
    "Message-Topic": "is_about",
    "Product-Producer": "made_by",
}
CHANNELS = (*RELATIONS, *(name for name in NOMINAL.values() if name not in RELATIONS))
# The last channel of the relation scores says of a pair that it no longer holds, or never did.
ENDED = len(CHANNELS)
READ = [*range(len(RELATIONS)), ENDED]  # the channels that something reads

INTENTS = ("statement", "question", "request", "plan", "preference", "correction", "greeting")
EMOTIONS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
CASES = ("lower", "initial", "upper", "mixed")
WIDTH = 48

DEPRELS = (
    "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "clf", "compound",
    "conj", "cop", "csubj", "dep", "det", "discourse", "dislocated", "expl", "fixed", "flat",
    "goeswith", "iobj", "list", "mark", "nmod", "nsubj", "nummod", "obj", "obl", "orphan",
    "parataxis", "punct", "reparandum", "root", "vocative", "xcomp",
)  # fmt: skip
