"""Which wordings of personal facts the encoder is measured on; none of them is trained on."""

FACTS = """
lives_in(me,A) :: we finally settled down in [A:city] after all that travelling
lives_in(me,A) :: [A:city] has been home since [:since]
lives_in(me,A) :: my new flat is right in the heart of [A:city]
lives_in(me,A) :: been in [A:city/country] for [:number] years now, can you believe it
lives_in(me,A) :: I packed up everything and moved out to [A:city] [:past]
lives_in(me,A)! :: I'm not in [A:city] any longer, too expensive
lives_in(S,A) has_sibling(me,S) :: my [S:sib] bought a place in [A:city]
lives_in(S,A) :: [S:person] settled in [A:city/country] a while ago
lives_in(S,A) friend(me,S) :: my [S:pal] is based in [A:city]
born_in(me,A) :: I spent my whole childhood in [A:city]
born_in(me,A) :: originally I come from [A:city/country]
born_in(me,A) :: I'm a [A:city] native
born_on(me,A) :: I turn another year older on [A:day]
nationality(me,A) :: as a [A:nationality] person I miss the food
works_for(me,A) :: I've been with [A:org] for almost [:number] years
works_for(me,A) :: [A:org] just hired me, so excited
works_for(me,A) :: I got the job at [A:org]!
works_for(me,A) :: my first day at [A:org] is over and I'm exhausted
works_for(me,A) :: I'm on the night shift at [A:workplace]
works_for(me,A)! :: they let me go from [A:org] [:past]
works_for(me,A)! :: I handed in my notice at [A:org]
works_for(me,A)! :: done with [A:org] for good, I quit
works_for(S,A) spouse(me,S) :: my [S:mate] got hired by [A:org]
works_for(S,A) :: [S:person] took a job with [A:org]
job_title(me,A) :: for work I'm a [A:job], it pays the rent
job_title(me,A) :: I've been a [A:job] for [:number] years
job_title(me,A) :: my day job is [A:job]
job_title(me,A) :: I recently started a new job as a [A:job]
job_title(me,A)! :: I stopped being a [A:job] [:past]
job_title(S,A) child_of(me,S) :: my [S:parent] worked as a [A:job] for most of my childhood
job_title(S,A) spouse(me,S) :: my [S:mate] is also a [A:job]
spouse(me,A) :: [A:person] and I have been married for [:number] years
spouse(me,A) :: I've been married to [A:person] since [:since]
spouse(me,A) :: [A:person], my [:mate], made dinner for us
spouse(me,A)! :: [A:person] and I got divorced [:past]
partner(me,A) :: I met my [:lover] [A:person] at a party
partner(me,A) :: [A:person] asked me out and now we're together
partner(me,A)! :: [A:person] dumped me [:past]
has_child(me,A) :: we named our [:kid] [A:person]
has_child(me,A) :: our little [A:person] took her first steps
has_child(me,A) :: I'm raising [:number] [A:kids] on my own
has_child(me,A) :: my youngest, [A:person], started school
has_child(me,A) :: being a mom of [:number] [A:kids] is exhausting
has_child(me,A) age(A,B) :: my [:kid] [A:person] turned [B:old] [:past]
child_of(me,A) :: my [:parent], [A:person], raised me
child_of(me,A) :: I called my [:parent] [A:person] yesterday
has_sibling(me,A) :: I've got a [:sib], her name is [A:person]
has_sibling(me,A) :: my [:sib], [A:person], is in town
has_sibling(me,A) :: I come from a big family with [:number] [A:sibs]
relative(me,A) :: I spent the weekend at my [A:kin]'s house
relative(me,A) :: [A:person] is my favorite [:kin]
friend(me,A) :: I've known my [:pal] [A:person] since kindergarten
friend(me,A) :: went bowling with my [:pal] [A:person]
has_pet(me,A) :: we brought home a [A:animal] [:past]
has_pet(me,A) :: say hi to [A:pet], my new [:animal]
has_pet(me,A) :: I share my apartment with a [A:animal]
has_pet(me,A) :: our [:animal] answers to [A:pet]
has_pet(me,A) :: I walk my [A:animal] every day
has_pet(me,A)! :: we lost our [:animal] [A:pet] [:past]
owns(me,A) :: I treated myself to a [A:possession]
owns(me,A) :: I take my [A:possession] everywhere
owns(me,A)! :: someone stole my [A:possession]
likes(me,A) :: there's nothing I enjoy more than [A:activity/food]
likes(me,A) :: I'm a sucker for [A:food/thing]
likes(me,A) :: I have a soft spot for [A:thing/food]
likes(me,A) :: big fan of [A:thing/artist/food] here
likes(me,A) :: I could listen to [A:artist] all day
likes(S,A) :: [S:person] is crazy about [A:food/thing/activity]
dislikes(me,A) :: [A:food/thing] makes me sick
dislikes(me,A) :: I could live without [A:food/thing]
dislikes(me,A) :: [A:thing/food] really isn't my cup of tea
dislikes(me,A) :: I never liked [A:food/thing/activity]
favorite(me,A) :: out of all foods I'd pick [A:food] as my favorite
favorite(me,A) :: [A:title] will always be my favorite movie
favorite(me,A) :: my absolute favorite thing in the world is [A:food/activity]
hobby(me,A) :: lately I've been getting into [A:activity]
hobby(me,A) :: I do a lot of [A:activity] these days
hobby(me,A) :: I've played [A:instrument/sport] since I was little
hobby(me,A) :: on sundays I usually go [A:activity]
hobby(me,A)! :: I don't play [A:sport/instrument] anymore
plans_to(me,A) :: I can't wait to [A:plan] [:future]
plans_to(me,A) :: we've made up our minds to [A:plan]
plans_to(me,A) :: thinking about it, I am definitely going to [A:plan] [:future]
plans_to(me,A) :: I signed up to [A:plan]
wants(me,A) :: it's my dream to [A:plan] one day
wants(me,A) :: I've always wanted to be a [A:job]
visited(me,A) :: I spent [:number] days in [A:city/country/sight] and took so many pictures
visited(me,A) :: my last vacation was in [A:city/country/sight]
visited(me,A) :: we drove all the way to [A:sight/city] [:past]
attended(me,A) :: I had a blast at [A:event] [:past]
attended(me,A) :: [:past] I ended up going to [A:event]
educated_at(me,A) :: I did my degree at [A:school]
educated_at(me,A) :: I'm in my second year at [A:school]
educated_at(me,A) :: [A:school] accepted me!
studies(me,A) :: I'm doing a degree in [A:subject]
studies(me,A) :: I took up [A:subject] at university
age(me,A) :: I'm turning [A:old] [:future]
age(me,A) :: just hit [A:old] and I feel ancient
age(S,A) has_child(me,S) :: my [S:kid] is almost [A:old]
speaks(me,A) :: I grew up speaking [A:language]
speaks(me,A) :: my [A:language] is pretty good by now
allergic_to(me,A) :: turns out [A:allergen] give me an allergic reaction
allergic_to(me,A) :: I can't have [A:allergen], I'm allergic
allergic_to(me,A) :: the doctor said I have an allergy to [A:allergen]
has_condition(me,A) :: I've had [A:condition] for [:number] years
has_condition(me,A) :: the doctor told me it's [A:condition]
diet(me,A) :: I decided to go [A:diet] [:past]
diet(me,A) :: we eat [A:diet] at home
marital_status(me,A) :: been [A:status] for [:number] years
name(me,A) :: nice to meet you, I'm [A:person]
name(me,A) :: it's [A:person] here
name(me,A) :: my friends call me [A:person]
"""

NOTHING = """
is [:city] a good place to live?
should I move to [:city] or stay here?
I'd probably like [:city] if I went there
what's it like working for [:org]?
you must love [:food/thing]!
your [:sib] [:person] sounds lovely
have you ever thought about getting a [:animal]?
so when is your birthday?
imagine owning a [:possession], that would be something
who wouldn't want to live in [:city]
I saw a documentary about [:country] [:past]
[:org] raised its prices again
ugh the traffic was terrible today
that's hilarious, tell me more
let me think about it
hope your [:kid] feels better
not much, just the usual
my phone battery is almost dead
could you look up flights to [:city] for me?
nobody told me that [:org] is closed on sundays
"""
