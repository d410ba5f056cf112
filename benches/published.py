"""What was measured on people: the published points that memory is compared with, and where from.

Each number was looked up in the source that is named beside it; what could not be looked up is
left out (recall by position of Murdock 1962, and the best gaps of Cepeda et al. 2008 between a
week and a year).
"""

from typing import Final

# Savings of nonsense syllables after minutes: Ebbinghaus 1885, Über das Gedächtnis, chapter VII,
# section 29, in the English edition (1913, Wikisource) on pages 68 to 76.
EBBINGHAUS: Final = {
    20: 0.582, 64: 0.442, 526: 0.358, 1440: 0.337, 2880: 0.278, 8640: 0.254, 44640: 0.211,
}  # fmt: skip
# The same of their own subject, Dros: Murre & Dros 2015, Replication and Analysis of Ebbinghaus'
# Forgetting Curve, table 3, by a transcription of it whose column of Ebbinghaus is the one above.
MURRE_DROS: Final = {
    20: 0.472, 64: 0.373, 526: 0.276, 1440: 0.317, 2880: 0.230, 8640: 0.168, 44640: 0.041,
}  # fmt: skip
# Seconds to recognise a sentence by the fans of its person and its place: Anderson 1974, Retrieval
# of Propositional Information from Long-Term Memory, in the numbers of the ACT-R tutorial, unit 5.
ANDERSON: Final = {
    (1, 1): 1.11, (2, 1): 1.17, (3, 1): 1.22, (1, 2): 1.17, (2, 2): 1.20, (3, 2): 1.22,
    (1, 3): 1.15, (2, 3): 1.23, (3, 3): 1.36,
}  # fmt: skip
# The best gap between two sessions as shares of the days to the test: Cepeda et al. 2008, Spacing
# Effects in Learning: A Temporal Ridgeline of Optimal Retention, abstract.
CEPEDA: Final = {7: (0.20, 0.40), 350: (0.05, 0.10)}
# Mean number of words recalled by list length and seconds a word: Murdock 1962, The Serial
# Position Effect of Free Recall, table 1.
MURDOCK: Final = {
    (10, 2): 6.39, (20, 1): 6.87, (15, 2): 8.25, (30, 1): 8.82, (20, 2): 8.53, (40, 1): 8.24,
}  # fmt: skip
RECENCY: Final = 8  # last positions over which recall rises in all six groups: the same paper
# Seven, plus or minus two: Miller 1956, The Magical Number Seven.
MILLER: Final = (5, 9)
# Mood-congruent recall of pleasant over unpleasant material as a difference of proportions (h):
# Matt, Vazquez & Campbell 1992, Mood-Congruent Recall of Affectively Toned Stimuli, abstract.
MATT: Final = {"induced elated": 0.08, "induced depressed": -0.12, "clinically depressed": -0.19}
