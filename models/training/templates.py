"""Which wordings of personal facts the encoder is trained on.

`(a|b|)` chooses, `[A:city/country]` is a slot named A, `[:past]` a slot without a name, `<me>` the
speaker. A line is `relations :: wording`; a `!` after a relation says that it no longer holds.
"""

FACTS = """
lives_in(me,A) :: I (currently |now |still ||)live in [A:city/country]( now| these days| with my family||)
lives_in(me,A) :: I('m| am) (currently |now |)(living|based|staying|residing) in [A:city/country]( at the moment| right now||)
lives_in(me,A) :: (I|we|my family and I|my husband and I) (just |recently |finally |)(moved|relocated) (to|over to|back to|out to) [A:city/country]( [:past]| from [:city]||)
lives_in(me,A) :: (I've|I have|we've) (lived|been living|been) in [A:city/country] (since [:since]|for [:number] years|all my life|for ages|my whole life)
lives_in(me,A) :: my (home|house|place|apartment) is in [A:city]
lives_in(me,A) :: I live (about [:number] hours from|just outside of|right outside|near|close to|in a suburb of|in a small town near) [A:city]
lives_in(me,A) lives_in(me,B)! :: (I|we) (just |)moved from [B:city] to [A:city]( [:past]||)
lives_in(me,A) lives_in(me,B)! :: I live in [A:city] now, not (in |)[B:city]( anymore||)
lives_in(me,A)! :: I (used to live|once lived|lived) in [A:city/country]( for [:number] years| when I was younger| until [:year]| back then||)
lives_in(me,A)! :: I (don't|do not|no longer) live in [A:city]( anymore| any more||)
lives_in(me,A)! :: (I|we) (left|moved away from|moved out of) [A:city] [:past]
lives_in(me,A) :: greetings from (sunny |rainy |)[A:city]
lives_in(me,A) :: here in [A:city] (where I live |)(it's always raining|the weather is great|we get lots of snow|life is slow)
lives_in(me,A) :: (life|living) (here |)in [A:city/country] is (great|hard|expensive|so different)
lives_in(me,A) works_for(me,B) :: I('m| am) in [A:city] and (I |)work (for|at) [B:org]
lives_in(S,A) :: [S:person] (lives|is living|resides|stays) in [A:city/country]( now| these days||)
lives_in(S,A) :: [S:person] (moved|relocated|just moved|has moved) to [A:city/country]( [:past]||)
lives_in(S,A)! :: [S:person] (used to live|lived) in [A:city]( back then| before| for years||)
lives_in(S,A) has_sibling(me,S) :: my [S:sib] (lives|is living|moved to live|resides) in [A:city/country]
lives_in(S,A) relative(me,S) :: my [S:kin] (lives|is living|still lives) in [A:city/country]
lives_in(S,A) child_of(me,S) :: my [S:parent] (lives in|moved to|retired to|is back in) [A:city/country]
lives_in(S,A) has_child(me,S) :: my [S:kid] (lives in|moved to|just moved to|is now in) [A:city/country]
lives_in(S,A) friend(me,S) :: my [S:pal] (lives in|moved to|is moving back from) [A:city/country]
lives_in(S,A) friend(me,S) :: my [:pal] [S:person] lives over in [A:city]
born_in(me,A) :: I was born (and raised |)in [A:city/country]( and grew up there||)
born_in(me,A) :: I('m| am) (originally |)from [A:city/country]( originally| by the way||)
born_in(me,A) :: (I come from|I grew up in|my hometown is|I was raised in|I hail from|home for me is) [A:city/country]
born_in(me,A) born_on(me,B) :: I was born in [A:city] (on|in) [B:day/year]
born_in(me,A) lives_in(me,B) :: I('m| am) from [A:city/country] but (I |)(now |)live in [B:city]
born_in(S,A) :: [S:person] (was born in|comes from|is from|grew up in|is originally from) [A:city/country]
born_in(S,A) child_of(me,S) :: my [S:parent] (was born in|comes from|is from|immigrated from) [A:city/country]
born_on(me,A) :: (my birthday is|I was born|my bday is|my birthday falls) (on |)[A:day]
born_on(me,A) :: (I was born in|I'm a) [A:year]( baby| kid||)
born_on(S,A) :: [S:person]'s birthday is (on |)[A:day]
born_on(S,A) has_child(me,S) :: (our|my) [S:kid] was born (on |)[A:day]
nationality(me,A) :: I('m| am) (half |)[A:nationality]( by the way| so football is everything to me||)
nationality(me,A) :: (I hold a|I have a|I've got a) [A:nationality] passport
nationality(S,A) :: [S:person] is [A:nationality]
nationality(S,A) spouse(me,S) :: my [S:mate] is [A:nationality]
works_for(me,A) :: I (currently |now |still |)work (for|at|with|over at|down at) [A:org/workplace]( now| these days| in [:city]||)
works_for(me,A) :: I('m| am) (now |currently |)(working|employed|interning) (at|for|with) [A:org/workplace]
works_for(me,A) :: I (just |)(started|got hired|got a job|began working|landed a job|got a new job) at [A:org/workplace]( [:past]||)
works_for(me,A) :: (I've|I have) been (at|with|working for|working at) [A:org] (since [:since]|for [:number] years now|for a while)
works_for(me,A) :: my (employer|company|workplace) is [A:org]
works_for(me,A) :: I (joined|signed on with|was hired by) [A:org] (as an intern |)[:past]
works_for(me,A) job_title(me,B) :: I (work|started working|just started|got a job) (at|for) [A:org/workplace] as (a|an|the) [B:job]
works_for(me,A) job_title(me,B) :: I('m| am) (a|an) [B:job] (at|for|with) [A:org/workplace]
works_for(me,A)! :: I (no longer|don't|do not) work (at|for) [A:org]( anymore| any more||)
works_for(me,A)! :: I (quit|left|got fired from|was laid off from|got laid off from|resigned from|retired from) (my job at |my position at |)[A:org]( [:past]| after [:number] years||)
works_for(me,A)! :: I used to work (at|for|with) [A:org/workplace]( before that| for [:number] years||)
works_for(me,A)! works_for(me,B) :: I left [A:org] and (joined|went to|am now at|started at) [B:org]
works_for(S,A) :: [S:person] (works|is working|started working|has a job) (for|at|with) [A:org/workplace]
works_for(S,A)! :: [S:person] (quit|left|no longer works at|doesn't work at|used to work for) [A:org]
works_for(S,A) spouse(me,S) :: my [S:mate] works (for|at) [A:org/workplace]
works_for(S,A) child_of(me,S) :: my [S:parent] (works|worked) (for|at) [A:org/workplace]
works_for(S,A) has_sibling(me,S) :: my [S:sib] (works for|works at|is employed by|has a job at) [A:org/workplace]
works_for(S,A) has_sibling(me,S) :: my [:sib] [S:person] (works for|works at|just joined) [A:org]
job_title(me,A) :: I('m| am) (a|an) [A:job]( by trade| by profession| and I love it| for a living| these days||)
job_title(me,A) :: I (work|make a living|earn my living|currently work|have been working) as (a|an) [A:job]( now| part time| at night||)
job_title(me,A) :: I (just |recently |)(became|got promoted to|started as|got my first job as|was promoted to) (a |an |)[A:job]
job_title(me,A) :: (my job is being|my job title is|my occupation is|my profession is|professionally I'm|I do freelance work as) (a |an |)[A:job]
job_title(me,A) :: (being|working as) (a|an) [A:job] (is stressful|keeps me busy|is what I do|pays the bills|has its perks)
job_title(me,A)! :: I('m| am) (no longer|not) (a|an) [A:job]( anymore||)
job_title(me,A)! :: I (used to be|was) (a|an) [A:job] (before I retired|for [:number] years|back in the day|until [:year])
job_title(me,A)! :: I('m| am) a (retired|former|ex) [A:job]
job_title(S,A) :: [S:person] is (a|an) [A:job]( too||)
job_title(S,A) child_of(me,S) :: my [S:parent] (is|was|works as) (a|an) [A:job]
job_title(S,A) spouse(me,S) :: my [S:mate] is (a|an) [A:job]
job_title(S,A) has_sibling(me,S) :: my [S:sib] (is|works as|wants to stay|became) (a|an) [A:job]
job_title(S,A) friend(me,S) :: my [S:pal] is (a|an) [A:job]
spouse(me,A) :: I('m| am) married to [A:person]( and we have [:number] kids||)
spouse(me,A) :: my [:mate]( is called|'s name is| is|,) [A:person]
spouse(me,A) :: (my [:mate]|) [A:person] and I (got married|tied the knot|celebrated our anniversary|have been married) [:past]
spouse(me,A) :: I (just |)(married|wed|got married to|got hitched to) [A:person/full] [:past]
spouse(me,A) :: my [A:mate] (and I love to travel|is great|loves cooking|made dinner last night|cooks every night|is so supportive)
spouse(me,A)! :: my ex-(wife|husband) [A:person] (called me|and I still talk|moved out)
spouse(me,A)! :: (I divorced|I got divorced from|I'm divorced from|I split up with my [:mate]) [A:person]
spouse(S,A) :: [S:person] (is married to|married|got married to|tied the knot with) [A:person]
spouse(S,A) :: [S:person]'s [:mate] is (called |named |)[A:person]
partner(me,A) :: my [:lover]( is called|'s name is| is|,) [A:person]
partner(me,A) :: I('m| am) (dating|seeing|going out with|engaged to|in a relationship with) [A:person]( now||)
partner(me,A) :: my [A:lover] (and I are moving in together|is coming over|likes sushi|and I met at work|surprised me yesterday|and I love dancing)
partner(me,A) :: I have a [A:lover]
partner(me,A)! :: I broke up with (my [:lover] |)[A:person]( [:past]||)
partner(me,A)! :: [A:person] and I broke up [:past]
partner(me,A)! :: my ex (boyfriend|girlfriend) [A:person] (won't stop texting|is back in town)
has_child(me,A) :: my [:kid]( is called|'s name is| is named| is|,) [A:person]
has_child(me,A) age(A,B) :: my [:kid] [A:person] is [B:old]( years old| now||)
has_child(me,A) age(A,B) :: my [A:kid] (is|just turned|turned) [B:old]( years old| today||)
has_child(me,A) :: I have (a|one) [A:kid]( named [:pet]||)
has_child(me,A) :: I have a [:kid] (named|called) [A:person]
has_child(me,A) :: (I have|I've got|we have|I am a mother of|I'm a dad of|there are) [:number] [A:kids]( at home| and they keep me busy||)
has_child(me,A) has_child(me,B) :: (my kids are|our kids are|I have two kids,|we have two children,) [A:person] and [B:person]
has_child(me,A) :: I('m| am) (a mom|a mother|a dad|a father|a single mom|a single dad) (of|to) [:number] [A:kids]
has_child(me,A) :: we (just had|welcomed) a [A:kid]( [:past]||)
has_child(me,A) :: my [A:kid] (loves school|started kindergarten|is sick today|plays soccer on weekends|had a recital|keeps me up at night|loves dinosaurs)
has_child(me,A) :: my [A:kids] (love the park|are growing so fast|are visiting this weekend|drive me crazy|had so much fun)
has_child(me,A) educated_at(A,B) :: my [A:kid] (goes to|started at|studies at|got into|is at) [B:school]
has_child(S,A) :: [S:person] has a [:kid] (named|called) [A:person]
child_of(me,A) :: my [:parent]( is called|'s name is| is named|,) [A:person]
child_of(me,A) :: my [A:parent] (called me|is a great cook|taught me to cook|raised me alone|passed away|is visiting|always said that|and I are close)
child_of(me,A) child_of(me,B) :: my parents are (called |)[A:person] and [B:person]
child_of(S,A) :: [S:person] is [A:person]'s (son|daughter|kid)
has_sibling(me,A) :: my [:sib]( is called|'s name is| is named| is|,) [A:person]
has_sibling(me,A) :: I have (a|one) [:sib] (named|called|whose name is) [A:person]
has_sibling(me,A) :: I have (a|an|one) [A:sib]
has_sibling(me,A) :: (I have|I've got|I grew up with) [:number] [A:sibs]
has_sibling(me,A) :: [A:person] is my [:sib]
has_sibling(me,A) :: my [A:sib] (and I|visited me|is getting married|just had a baby|is coming over|is older than me|plays football|got a promotion|bought me a gift)
has_sibling(me,A) :: my [:sib] [A:person] (and I|visited me|is getting married|just had a baby|is coming over|loves cake|got a promotion)
has_sibling(S,A) :: [S:person]'s [:sib] (is called|is named|is) [A:person]
relative(me,A) :: my [:kin]( is called|'s name is| is named|,) [A:person]
relative(me,A) :: my [A:kin] (raised me|taught me how to knit|is in hospital|died|visited us|makes the best pie|gave me this necklace|turned ninety)
relative(me,A) :: my [:kin] [A:person] (raised me|taught me how to knit|is in hospital|visited us|makes the best pie|came over)
relative(me,A) :: (I'm going to see|I visited|I'm staying with|I miss) my [A:kin]
friend(me,A) :: my [:pal]( is called|'s name is| is named| is|,) [A:person]
friend(me,A) :: [A:person] is my [:pal]( from college| at work||)
friend(me,A) :: my [:pal] [A:person] (came over|and I went out|helped me move|recommended this book|told me about it|is hilarious)
friend(me,A) :: I (met up|had coffee|had lunch|hung out|caught up) with my [:pal] [A:person]( [:past]||)
friend(me,A) :: I (met|got to know|made) a (new |)[A:pal]( at work| [:past]| online||)
has_pet(me,A) :: (I|we) (have|own|adopted|got|just got|rescued|recently adopted|bought) (a|an|a cute|a little|a new) [A:animal]( [:past]||)
has_pet(me,A) :: (I|we) (have|got|own|adopted|just got) (a|an) [:animal] (named|called|whose name is) [A:pet]( [:past]||)
has_pet(me,A) :: (I|we) (have|own|got|live with|raise|take care of) [:number] [A:animals]( at home||)
has_pet(me,A) :: my [:animal]( is called|'s name is| is named| is|,) [A:pet]
has_pet(me,A) :: my [A:animal] (ate my shoes|is sleeping next to me|needs a walk|loves treats|is so cute|barks all day|follows me around|keeps me company)
has_pet(me,A) :: my [A:animals] (are my babies|are adorable|love the yard|keep me busy|need feeding)
has_pet(me,A) :: (our|my) [:animal] [A:pet] (ate my shoes|is sleeping|needs a walk|loves treats|is so cute|turned [:number])
has_pet(me,A) :: [A:pet] is (my|our) (new |)[:animal]
has_pet(me,A) :: [A:pet], (my|our) [:animal], (barks a lot|is getting old|loves the snow)
has_pet(me,A)! :: (our|my) [:animal] [A:pet] (died|passed away|ran away|had to be put down)( [:past]||)
has_pet(me,A)! :: (I|we) (used to have|had) (a|an) [A:animal] (when I was a kid|growing up|but not anymore)
has_pet(S,A) :: [S:person] (has|got|adopted|bought) a [A:animal]( [:past]||)
owns(me,A) :: I (own|have|bought|just bought|just got|finally got|got myself|drive) (a|an|a new|my own) [A:possession]( [:past]| and I love it||)
owns(me,A) :: my [A:possession] (broke down|is old but works|needs repairs|is my pride and joy|is ten years old|was expensive)
owns(me,A) :: I('m| am) the (proud |new |)owner of (a|an) [A:possession]
owns(me,A) :: (my car is|I drive|I ride) (a|an) [A:possession]
owns(me,A)! :: I (sold|got rid of|gave away|lost|crashed) my [A:possession]( [:past]||)
owns(me,A)! :: my [A:possession] got stolen( [:past]||)
owns(S,A) :: [S:person] (owns|has|bought|just bought|drives) (a|an|a new) [A:possession]
likes(me,A) :: I [:like] [A:food/thing/activity/artist/title/np]( so much| a lot| too| with my friends||)
likes(me,A) likes(me,B) :: I [:like] [A:food/thing/activity/np] and [B:food/thing/activity/artist/np]( too||)
likes(me,A) :: [A:food/thing/activity/artist/np] (is|are) (awesome|amazing|the best|my thing|so relaxing|my jam|my guilty pleasure)
likes(me,A) :: (I'm fond of|I've always loved|I'm addicted to|I can't get enough of|I grew up loving|I fell in love with|nothing beats|I live for|I could eat nothing but) [A:food/thing/activity/np]
likes(me,A) :: [A:activity/food/thing] (makes me happy|helps me relax|calms me down|is so much fun|always cheers me up)
likes(me,A) :: (I like|I love|I enjoy|I prefer) [A:food/thing/activity/np] (more than|over|better than|to) [:food/thing/np]
likes(me,A)! :: I (used to|no longer|don't) (love|like|enjoy) [A:food/thing/activity] (anymore|but not anymore|any more)
likes(S,A) :: [S:person] (loves|likes|adores|enjoys|is really into|is a fan of) [A:food/thing/activity/np]
likes(S,A) has_child(me,S) :: my [S:kid] (loves|likes|is obsessed with|adores) [A:food/thing/activity/np]
likes(S,A) spouse(me,S) :: my [S:mate] (loves|likes|enjoys) [A:food/thing/activity]
dislikes(me,A) :: I [:hate] [A:food/thing/activity/np]( at all| so much| honestly||)
dislikes(me,A) :: [A:food/thing/activity/np] (is|are) (the worst|gross|so boring|not for me|not my thing|terrifying|disgusting)
dislikes(me,A) :: (I've never been a fan of|I'm not a big fan of|I'm terrified of|I'm afraid of|I get annoyed by|I avoid|I can't deal with|I don't enjoy) [A:food/thing/activity/np]
likes(me,A) dislikes(me,B) :: I [:like] [A:food/thing] but (I |)[:hate] [B:food/thing/activity]
dislikes(S,A) :: [S:person] (hates|can't stand|doesn't like|dislikes|is afraid of) [A:food/thing/activity/np]
favorite(me,A) :: my (all time |)(favorite|favourite|fav|fave) (food|dish|meal|snack|dessert|thing to eat|drink|thing to make) (is|has to be|would be|is probably) [A:food]
favorite(me,A) :: my (favorite|favourite) color is [A:color]
favorite(me,A) :: my (all time |)(favorite|favourite|fav) (movie|film|book|show|tv show|series) (is|was|has always been|is probably) [A:title]
favorite(me,A) :: my (favorite|favourite|fav) (band|singer|artist|musician|music) is [A:artist]
favorite(me,A) :: my (favorite|favourite) (hobby|activity|thing to do|pastime|way to relax) is [A:activity]
favorite(me,A) :: my (favorite|favourite) (season|month|time of year|holiday) is [A:season]
favorite(me,A) :: my (favorite|favourite) (sport|game) is [A:sport]
favorite(me,A) :: my (favorite|favourite) (city|place|place to visit|vacation spot) is [A:city/sight]
favorite(me,A) :: my (favorite|favourite) (animal|pet)s? (is the|are) [A:animals/animal]
favorite(me,A) :: [A:title] is my (all time |)(favorite|favourite|fav) (movie|book|show|film)( ever||)
favorite(me,A) :: [A:food/color/activity/sport/season/artist] is my (absolute |)(favorite|favourite|fave)
favorite(S,A) :: [S:person]'s favorite (food|thing|dish) is [A:food]
hobby(me,A) :: I play [A:sport/instrument]( every weekend| with friends| in a band| for fun| since [:since]| professionally||)
hobby(me,A) :: I('ve| have) (been playing|played|been learning|been practicing) [A:sport/instrument] (for [:number] years|since [:since]|a lot)
hobby(me,A) :: (I do|I'm into|I got into|I took up|I picked up|I started|I practice|I teach myself) [A:activity]( [:past]| recently| every morning| on weekends||)
hobby(me,A) :: my (main |)(hobby is|hobbies are|hobbies include|pastime is) [A:activity]
hobby(me,A) hobby(me,B) :: (my hobbies are|my hobbies include|in my free time I do|I spend my weekends) [A:activity] and [B:activity]
hobby(me,A) :: (in my (free|spare) time|on weekends|when I have time|for fun|after work),? I (go |enjoy |do |am usually )[A:activity]
hobby(me,A) :: I (spend|waste) (a lot of time|my weekends|hours|most evenings) [A:activity]
hobby(me,A) :: I go [A:activity] (every weekend|twice a week|a lot|with my friends|most mornings)
hobby(me,A)! :: I (gave up|quit|stopped|don't do) [A:activity]( anymore| [:past]||)
hobby(me,A)! :: I used to play [A:sport/instrument]( in college| as a kid||)
hobby(S,A) :: [S:person] plays [A:sport/instrument]( too||)
hobby(S,A) has_child(me,S) :: my [S:kid] (plays|is learning|practices) [A:sport/instrument]
plans_to(me,A) :: (I'm|I am|we're|we are) (going to|gonna|planning to|hoping to|about to|trying to) [A:plan]( [:future]||)
plans_to(me,A) :: (I'll|I will|we'll|I shall) [A:plan] [:future]
plans_to(me,A) :: (I plan to|I intend to|we plan to|my plan is to|my goal is to|I've decided to|I need to|I have to|we decided to) [A:plan]( [:future]| soon||)
plans_to(me,A) :: [:future] (I'm|we're|I am|I'll|we'll) (going to |gonna |planning to |)[A:plan]
plans_to(S,A) :: [S:person] (is going to|is planning to|plans to|will|wants to) [A:plan]( [:future]||)
wants(me,A) :: I (want to|really want to|would love to|wanna|would like to|dream of being able to|wish I could|hope to) [A:plan]( someday| one day||)
wants(me,A) :: I('d| would) love to (be|become) (a|an) [A:job]( someday| one day||)
wants(me,A) :: (I want|I really want|I'd like|I wish I had|I'm saving up for|I need) (a|an|a new) [A:possession/animal]
wants(me,A) :: (I want to be|I want to become|my dream is to become|I hope to become|when I grow up I want to be|I am studying to be) (a|an) [A:job]
visited(me,A) :: (I|we|my wife and I|my friends and I) (went to|visited|flew to|travelled to|traveled to|took a trip to|drove to|were in|toured|spent a week in) [A:city/country/sight]( [:past]| for our honeymoon| on vacation||)
visited(me,A) :: I('ve| have) (been to|visited|traveled to|just come back from|been all over|already seen) [A:city/country/sight]( twice| once| many times||)
visited(me,A) :: (I|we) (just |)(got back|came back|returned) from [A:city/country/sight]( [:past]||)
visited(me,A) :: my (trip|visit|vacation) to [A:city/country/sight] (was amazing|was a disaster|changed my life|last year was great)
visited(S,A) :: [S:person] (went to|visited|flew to|travelled to) [A:city/country/sight]( [:past]||)
attended(me,A) :: (I|we) (went to|attended|was at|joined|took part in|showed up at|came back from|had) [A:event]( [:past]| and it was great||)
attended(me,A) :: [:past] (I|we) (went to|attended|was at|saw|took) [A:event]
attended(S,A) :: [S:person] (went to|attended|was at) [A:event]( [:past]||)
attended(me,A) :: I (took the kids|took my kids|brought my mom|went with my friends) to [A:event]( [:past]||)
educated_at(me,A) :: I (studied|went|graduated|study|go|got my degree) (at|from|to) [A:school]( in [:year]| years ago||)
educated_at(me,A) :: (I'm|I am) (a student|studying|enrolled|a freshman|a senior|doing my PhD|in my last year) at [A:school]
educated_at(me,A) :: I (just |)(got into|got accepted to|started at|transferred to|dropped out of|attended|attend) [A:school]( [:past]||)
educated_at(me,A) studies(me,B) :: I (study|studied|am studying|majored in|am majoring in) [B:subject] at [A:school]
educated_at(S,A) :: [S:person] (studies at|goes to|graduated from|went to|got into|attends) [A:school]
studies(me,A) :: I (study|am studying|major in|am majoring in|studied|majored in|have a degree in|got a degree in|am taking classes in|am getting a degree in) [A:subject]( in college| right now| at university||)
studies(me,A) :: (my major is|I'm a student of|my degree is in|I'm doing a master's in|I have a PhD in|I got my bachelor's in|I'm in school for) [A:subject]
studies(S,A) :: [S:person] (studies|is studying|majors in|has a degree in) [A:subject]
studies(S,A) has_child(me,S) :: my [S:kid] (studies|is studying|wants to study|majors in) [A:subject]
age(me,A) :: (I'm|I am|I just turned|I recently turned|I'll be) [A:old]( years old| yrs old| now| y/o| today||)
age(me,A) :: (my age is|I turned|I'm turning) [A:old]( [:past]| soon||)
age(me,A) job_title(me,B) :: I('m| am) (a|an) [A:old] year old [B:job]
age(me,A) :: I('m| am) (a|an) [A:old] year old (guy|woman|man|girl|male|female|student|mom|dad)( from [:city]||)
age(S,A) :: [S:person] is [A:old]( years old||)
age(S,A) has_sibling(me,S) :: my [S:sib] is [A:old]( years old||)
speaks(me,A) :: I (speak|can speak|am fluent in|know a bit of|speak a little|speak fluent|am learning) [A:language]( fluently| at home||)
speaks(me,A) speaks(me,B) :: I speak [A:language] and [B:language]( fluently||)
speaks(me,A) :: (my mother tongue is|my first language is|my native language is|we speak|at home we speak) [A:language]( at home||)
speaks(S,A) :: [S:person] (speaks|is fluent in|is learning) [A:language]
allergic_to(me,A) :: I('m| am) (really |very |deathly |severely |super |also |)allergic to [A:allergen]( unfortunately| so be careful||)
allergic_to(me,A) :: I (have|suffer from|developed|have got) (a|an|a severe|a bad) [A:allergen] allergy
allergic_to(me,A) :: I (have an allergy to|get hives from|break out in hives from|can't eat|can't be around) [A:allergen]( because I'm allergic| due to my allergy||)
allergic_to(me,A) allergic_to(me,B) :: I('m| am) allergic to [A:allergen] and [B:allergen]
allergic_to(me,A)! :: I('m| am) not allergic to [A:allergen]( anymore| after all||)
allergic_to(S,A) :: [S:person] is (very |)allergic to [A:allergen]
allergic_to(S,A) has_child(me,S) :: my [S:kid] is (very |)allergic to [A:allergen]
has_condition(me,A) :: I (have|suffer from|was diagnosed with|struggle with|got diagnosed with|deal with|live with|have had) [A:condition]( since [:since]| [:past]||)
has_condition(me,A) :: (my|because of my|due to my) [A:condition] (is acting up|makes it hard|has been bad lately|flared up)
has_condition(S,A) :: [S:person] (has|suffers from|was diagnosed with) [A:condition]
has_condition(S,A) child_of(me,S) :: my [S:parent] (has|suffers from|was diagnosed with) [A:condition]
diet(me,A) :: (I'm|I am|I've been|I became|I went|I've gone|I just turned|we're) [A:diet]( now| for [:number] years| since [:since]||)
diet(me,A) :: (I'm on a|I follow a|I eat a|I keep a|I stick to a) [A:diet] diet
diet(me,A)! :: (I'm|I am) (not|no longer) [A:diet]( anymore||)
diet(S,A) :: [S:person] is [A:diet]
marital_status(me,A) :: (I'm|I am|I got|we're|I'm happily|I'm recently) [A:status]( now| since [:since]| [:past]||)
marital_status(S,A) :: [S:person] (is|got) [A:status]
name(me,A) :: (my name is|my name's|I'm|I am|call me|you can call me|this is|people call me|everyone calls me|they call me) [A:person]( by the way| btw||)
name(me,A) :: (the name's|name's|my full name is|hi I'm|hello, I'm|I go by) [A:person/full]
name(me,A) lives_in(me,B) :: I'm [A:person] (from|and I live in) [B:city]
name(me,A) job_title(me,B) :: (I'm|my name is) [A:person],? (and I'm |)(a|an) [B:job]
hobby(me,A) :: (today |yesterday |recently |)I went [A:activity]( and it was amazing| and had a great time| with my [:pal]||)
hobby(me,A) :: I('ve| have) been (learning|practicing|working on|trying|doing) (how to make |)[A:activity/food]( recently| lately| for a while||)
hobby(me,A) hobby(me,B) hobby(me,C) :: I (do|enjoy|practice|love) [A:activity], [B:activity](,| and) (and |)[C:activity]
likes(me,A) likes(me,B) likes(me,C) likes(me,D) :: I (quite |really |also |)(like|love|enjoy) [A:activity/food], [B:activity/thing], [C:activity/food] and [D:activity/thing/np]
likes(me,A) :: (I|I also|I quite|I really|I especially|I particularly) (like|love|enjoy|appreciate) [A:activity/food/thing/np], (it's so relaxing|it makes me happy|what about you?|especially at night|they're so good)
likes(me,A) :: [A:activity/food/thing/np] (is|are) something I (really |)(like|love|enjoy)
favorite(me,A) favorite(me,B) :: my favorite (genres|foods|animals|hobbies|music genres|colors) (are|include) [A:thing/food/animals/activity/color] and [B:thing/food/animals/activity/color]
visited(me,A) :: (I|we) (traveled|travelled|went|flew|drove) to [A:city/country/sight] (recently|last time|once) (and|,) (it's|it was|it is) (a beautiful place|so nice|amazing)
attended(me,A) :: (I|we) (went to|attended|had|joined) [A:event] (recently|the other day|a while ago) and (had a great time|it was fun|loved it|met lots of people)
job_title(me,A) :: (as a|being a|since I'm a|because I'm a) [A:job],? I (travel a lot|work long hours|meet many people|am always tired|care about it)
studies(me,A) :: (as a|since I'm a) [A:subject] (student|major),? I (read a lot|am always busy|need to study hard)
works_for(me,A) :: (my boss|my manager|my colleagues|the team|my team) at [A:org/workplace] (is|are) (very demanding|so nice|very supportive|throwing me a party)
likes(me,A) :: (I have a weakness for|I go crazy for|I'm mad about|I can't live without|I'm all about|I'm partial to|I'm drawn to|I geek out over|I can't resist|I'm hooked on|I have a passion for|I never get tired of|I look forward to|I have always been into) [A:food/thing/activity/np]
likes(me,A) :: [A:food/thing/activity/np] (is my weakness|always hits the spot|rocks|does it for me|is my passion|never gets old|is life|is right up my alley|makes my day|is a passion of mine|always puts a smile on my face)
likes(me,A) :: (huge|massive|longtime|lifelong|such a) [A:thing/food/artist/sport] (fan|lover|nerd|junkie)( here||)
likes(me,A) :: (we're|I'm|I am) (huge|big|massive|secret) fans? of [A:thing/food/artist/activity/title]
likes(S,A) :: [S:person] (can't get enough of|is obsessed with|has a passion for|is mad about|is hooked on|can't live without|really likes) [A:food/thing/activity/np]
dislikes(me,A) :: (I'd rather avoid|I have no patience for|I've had enough of|I can do without|I have no interest in|I get bored by|I get nervous around|I try to stay away from|I've always hated|I find no joy in|I refuse to eat) [A:food/thing/np]
dislikes(me,A) :: [A:food/thing/activity/np] (isn't for me|just isn't my style|gives me a headache|turns me off|is a waste of time|is overrated|doesn't do it for me|makes me nervous|makes me anxious|is not something I enjoy|scares me)
lives_in(me,A) :: (I call [A:city] home|[A:city] is where I live|I've made [A:city] my home|my hometown now is [A:city]|we make our home in [A:city]|I live and work in [A:city]|I have an apartment in downtown [A:city])
lives_in(me,A) :: (I recently transferred|we ended up moving|I got relocated|I ran off|I just made the move|we picked up and moved|I'm in the middle of moving) to [A:city/country]( [:past]||)
lives_in(me,A)! :: (I got tired of living in|I'm glad I left|I said goodbye to|I used to call|I spent years living in) [A:city]( and left| home| before moving||)
lives_in(S,A) :: [S:person] (has a house in|has lived in|found an apartment in|is living over in) [A:city/country]
works_for(me,A) :: (I'm part of the team at|I've spent [:number] years at|I do the night shift at|I'm employed with|I clock in at|I have a gig at|I earn my money at|I've worked for|I've worked at) [A:org/workplace]
works_for(me,A) :: [A:org] (offered me a job|is my employer|is where I work|pays my salary|gave me a raise|gave me a promotion)( [:past]||)
works_for(me,A)! :: (I walked out on|I said goodbye to|I got let go by|I parted ways with|my contract ended with|I was fired by|I resigned from my post at) [A:org]( [:past]||)
works_for(S,A) :: [S:person] (got a position at|was hired by|found work at|is on the team at|has worked at|is employed by) [A:org/workplace]
born_in(me,A) :: (I was raised over in|my childhood was in|my roots are in|I was a kid in|I lived my early years in|my family is from|I'm proud to be from|I went to high school in) [A:city/country]
born_on(me,A) :: (I celebrate my birthday on|my special day is|my birthday party is on|I came into this world on|it's my birthday on) [A:day]
nationality(me,A) :: (being|since I'm|coming from a family, I'm|like every other) [A:nationality](,| person,) I (grew up with big meals|love football|drink lots of tea|talk with my hands)
nationality(me,A) :: (I am a|I'm a) [A:nationality] (guy|girl|citizen|woman|man|immigrant)
plans_to(me,A) :: (we've decided|I'm determined|I promised|I'm ready|I've booked tickets|I have an appointment|I made plans|we agreed|I'm excited|I've committed) to [A:plan]( [:future]||)
plans_to(me,A) :: (the plan is to|my next step is to|first I have to|I've got to|I'm supposed to|next up, I'm going to|I am set to) [A:plan]( [:future]||)
wants(me,A) :: (it's on my bucket list to|my biggest wish is to|I've been dreaming of a chance to|I long to|I'd give anything to|I'd be thrilled to|what I want most is to) [A:plan]
relative(me,A) :: (I stayed at|I had dinner at|I grew up at|we celebrated at) my [A:kin]'s (place|home|farm|apartment)( [:past]||)
relative(me,A) :: [A:person] is (my|the sweetest) [:kin]
friend(me,A) :: (went shopping|went to the gym|had drinks|watched a game|went hiking) with my [:pal] [A:person]
partner(me,A) :: [A:person] and I (started dating|are dating|got engaged|are in love|have been together since [:since]|moved in together)
spouse(me,A) :: [A:person] and I (are married|got married [:past]|tied the knot|have been happily married since [:since]|are newlyweds)
spouse(me,A)! :: [A:person] and I (separated|filed for divorce|are no longer married|called it quits)( [:past]||)
partner(me,A)! :: [A:person] (left me|cheated on me so I left|ended things with me)( [:past]||)
has_child(me,A) :: (we called our baby|my baby's name is|our newborn is called|my eldest is|my middle child is|my son's name is) [A:person]
owns(me,A) :: (I couldn't live without my|I got a great deal on a|I go everywhere in my|I spend hours with my|I splurged on a|I'm restoring a|I take good care of my|I love my) [A:possession]
owns(me,A)! :: (somebody broke|I traded in|I returned|I had to sell|my ex took) my [A:possession]
has_pet(me,A) :: (we welcomed|I took in|I'm fostering|I'm looking after|we ended up with|I can't live without my|my best buddy is a|meet my) [A:animal]
has_pet(me,A) :: (meet|this is|here's) [A:pet], (my|our) [:animal]
has_pet(me,A)! :: (I miss my late|I had to bury my|I said goodbye to our) [:animal] [A:pet]
hobby(me,A) :: (I've taken up|I've started|I can't stop|I'm really enjoying|I'm getting good at|I dabble in|I spend every sunday|I find time for|I unwind with|I've fallen in love with) [A:activity]( lately| recently||)
visited(me,A) :: (we had a week in|I spent my summer in|I passed through|we stopped in|I backpacked through|I took pictures all over|my honeymoon was in|we celebrated new year in|I've just been to) [A:city/country/sight]
has_condition(me,A) :: (the doctors found|I found out I have|my doctor says I have|I've lived with|I take medication for|I'm on meds for|I've always had|I still suffer from) [A:condition]
speaks(me,A) :: (I was raised speaking|my parents taught me|I can hold a conversation in|I can read|I'm brushing up on my|I'm fluent in) [A:language]
age(me,A) :: (I feel old at|I'm gonna be|at|since I turned|I hit the big) [A:old],? (I feel great|life is good|my back hurts|I'm still learning)
diet(me,A) :: (I recently went|my whole family is|I converted to being|I try to eat|I switched to|I chose to be) [A:diet]( [:past]||)
marital_status(me,A) :: (I've been|I stayed|I'm about to be|I ended up) [A:status] (for years|since [:since]|again)
name(me,A) :: (pleased to meet you, I'm|the name is|it's me,|my parents named me|I introduced myself as|everybody knows me as) [A:person]
studies(me,A) :: (I chose|I'm pursuing a degree in|I graduated in|I switched my major to|I'm taking a course in|my field is) [A:subject]
educated_at(me,A) :: (I'm a sophomore at|I finished school at|I earned a scholarship to|I was admitted to|I'm a proud graduate of|I took courses at|I'm back at) [A:school]
political_affiliation(me,A) :: I('m| am) a member of the [A:party]
lives_in(me,A) spouse(me,B) :: I live in [A:city/country] with my [:mate] [B:person]( and our [:kids]||)
lives_in(me,A) has_pet(me,B) :: I live in [A:city/country] with my (two |)[B:animals]
lives_in(me,A) :: I live with (my parents|my mom|roommates|my grandparents|my family) in [A:city/country]
lives_in(me,A) born_in(me,B) :: I live in [A:city/country] but (I was born in|I grew up in|I'm originally from) [B:city/country]
lives_in(me,A) works_for(me,B) :: I moved to [A:city] to work for [B:org]
lives_in(me,A) educated_at(me,B) :: I moved to [A:city] to (study at|go to|attend) [B:school]
lives_in(me,A) :: (we|I) (bought|found|rented|are renting|just rented|got) (a|our first|a small|an old|a new) (house|apartment|flat|place|condo|room) in [A:city]( [:past]||)
lives_in(me,A) :: (I'm|I am) (in|over in|up in|down in|out in) [A:city/country](, how about you|, you|. Where are you|)?
lives_in(me,A) :: I('m| am) (settling in|getting used to life|getting settled|loving it here) in [A:city/country]
lives_in(me,A) :: since I moved to [A:city/country] I (haven't slept much|feel at home|miss my friends|walk everywhere)
lives_in(me,A) :: (moved|relocated|moving) to [A:city/country] (was the best decision ever|[:past])
lives_in(S,A) job_title(S,B) :: [S:person] lives in [A:city/country] and works as a [B:job]
lives_in(S,A) works_for(S,B) :: [S:person] lives in [A:city/country] and works (for|at) [B:org]
lives_in(S,A) works_for(S,B) has_sibling(me,S) :: my [:sib] [S:person], who lives in [A:city/country], works (for|at) [B:org]
lives_in(S,A) has_sibling(me,S) :: my [:sib] [S:person] (lives in|moved to|is staying in) [A:city/country]
lives_in(S,A) friend(me,S) :: my [:pal] [S:person] (lives in|moved to|is staying in|relocated to) [A:city/country]
lives_in(S,A) relative(me,S) :: my [:kin] [S:person] (lives in|moved to|still lives in|resides in) [A:city/country]
lives_in(S,A) child_of(me,S) :: my (mom|dad|parents|mother and father|folks) [S:person] live in [A:city]
lives_in(S,A) child_of(me,S) :: my [S:parents] (live|still live|are|retired) in [A:city/country]
lives_in(S,A)! friend(me,S) :: my [:pal] [S:person] (moved away from|left|no longer lives in) [A:city]
child_of(me,A) :: my [A:parents] (are coming to visit|are divorced|called me|are retired|raised me well|don't approve|met in college)
child_of(me,A) job_title(A,B) :: my [A:parent] (is|was|works as|used to work as) (a|an) [B:job]
child_of(me,A) has_condition(A,B) :: my [A:parent] (has|was diagnosed with|is battling|suffers from) [B:condition]
born_in(me,A) :: (both my parents and I are from|I was actually born in|I am originally a girl from|I'm a boy from|born and raised in|I grew up on a farm in|I was brought up in) [A:city/country]
born_in(me,A) lives_in(me,B) :: I grew up in [A:city/country] and (moved|then moved|relocated) to [B:city/country]( [:past]| for work| for college||)
works_for(me,A) job_title(me,B) :: I (got|accepted|landed|have|took) (a|the|a new) (job|position|role|gig) (at|with) [A:org/workplace] as (a|an|their) [B:job]
works_for(me,A) job_title(me,B) :: I('m| am) the (new|lead|head|senior) [B:job] (at|for) [A:org/workplace]
works_for(me,A) job_title(me,B) :: I'm a [B:job] and I work (at|for|in) [A:org/workplace]
works_for(me,A) :: (work|my job|things|my boss|life) at [A:org] (is|has been) (crazy|busy|stressful|going well|great)( lately| these days||)
works_for(me,A) :: (I applied and got|they offered me) (a job|a position|an internship) at [A:org/workplace]
works_for(me,A) :: I (run|manage|volunteer at|help out at|do shifts at|have a part time job at|intern at|clean) [A:org/workplace]
works_for(me,A) :: (today was|tomorrow is|[:past] was) my first (day|week) (at|with) [A:org/workplace]
works_for(me,A)! works_for(me,B) :: I (used to work|worked) (at|for) [A:org/workplace] but now I('m| am) (at|with|working for) [B:org/workplace]
works_for(me,A)! :: I (lost|quit|left) my job at [A:org/workplace]( [:past]| and I'm looking for a new one||)
works_for(S,A) partner(me,S) :: my [S:lover] works (at|for) [A:org/workplace]
works_for(S,A) friend(me,S) :: my [:pal] [S:person] (works at|just joined|got a job at|is employed by|runs) [A:org/workplace]
works_for(S,A) has_child(me,S) :: my [:kid] [S:person] (works at|just joined|got a job at|is interning at) [A:org/workplace]
job_title(me,A) :: (I'm|I am) (a|an) (full time|part time|freelance|self employed|certified|licensed|aspiring|senior|junior) [A:job]
job_title(me,A) :: I('m| am) (a|an) [A:job] (and|but) I (love it|hate it|want a change|work from home|work long hours|am on my feet all day)
job_title(me,A) :: (currently|right now|these days|during the day|at the moment) I('m| am) (working as |)(a|an) [A:job]
job_title(me,A) :: (I make my living as|I pay the bills by working as|I recently got my license as|I was hired as|I'm training to be|I'm employed as|I do work as|I've always worked as) (a|an) [A:job]
job_title(me,A) :: (being|life as|my career as|my work as) (a|an) [A:job] (can be hard|is rewarding|takes up all my time|is my passion|is exhausting|isn't easy)
job_title(me,A) job_title(me,B)! :: I (used to be|was) (a|an) [B:job] but now I('m| am) (a|an) [A:job]
job_title(me,A) has_child(me,B) :: I('m| am) (a|an) [A:job] and (a |)(mom|mother|dad|father) of [:number] [B:kids]
job_title(S,A) partner(me,S) :: my [S:lover] is (a|an) [A:job]
job_title(S,A) friend(me,S) :: my [:pal] [S:person] is (a|an) [A:job]
job_title(S,A) relative(me,S) :: my [S:kin] (is|was|used to be) (a|an) [A:job]
spouse(me,A) :: [A:person] (is|was) my (husband|wife)( of [:number] years||)
spouse(me,A) :: (my [:mate] [A:person]|[A:person], my [:mate],) (and I went out|and I love it|works a lot|is a good cook|cooked for us|is at home|surprised me|snores)
spouse(me,A) :: I (love|miss|adore|met) my [A:mate] (so much|in college|online|at work|[:past])
spouse(me,A) :: (me and|I took|went out with|shopping with) my [A:mate] (to dinner|today|went hiking|[:past])
spouse(me,A) has_child(me,B) :: I have a [A:mate] and [:number] [B:kids]
spouse(S,A) :: [S:person] and (his wife|her husband) [A:person] (came over|are moving|had a baby)
partner(me,A) :: (me and my [:lover] [A:person]|[A:person], my [:lover],) (went out|are moving|live together|love cooking|broke the news)
partner(me,A) :: I (just |)(got engaged to|started dating|met|fell in love with|proposed to) (my [:lover] |)[A:person]( [:past]||)
partner(me,A) :: I (live with|moved in with|miss|adore|love) my [A:lover]
has_child(me,A) :: (our|my) [:kid] [A:person] (is sick|loves school|starts college|said her first word|made the team|turned [:number]|just graduated|is so smart)
has_child(me,A) has_child(me,B) :: (I took|we took|I drove) [A:person] and [B:person], (my|our) kids, to the park
has_child(me,A) :: I('m| am) (expecting|pregnant with) a [A:kid]
has_child(me,A) :: I('m| am) (a parent|a single parent|a proud parent|a proud mom|a grandmother|a new dad) (of|to) (a|one) [A:kid]
has_child(me,A) :: (took|I took|I'm taking|I picked up|I love) my [A:kid/kids] (to school|to the park|to practice|swimming|to the museum|so much)( [:past]||)
has_child(me,A) :: (my|our) (first|second|third) [A:kid] (is due|was born|arrived) [:past/future]
has_child(me,A) has_child(me,B) :: I have a [A:kid] and a [B:kid]
has_child(me,A) age(A,B) :: I have a [B:old] year old [A:kid]
has_child(me,A) likes(A,B) :: my [A:kids] (love|enjoy|are into|are obsessed with) [B:food/thing/activity/title]
has_child(me,A) hobby(A,B) :: my [A:kid] (plays|is learning|takes lessons in) [B:sport/instrument]
has_sibling(me,A) has_sibling(me,B) :: I have (a|one) [A:sib] and (a|one) [B:sib]
has_sibling(me,A) has_sibling(me,B) :: my [:sib] [A:person] and my [:sib] [B:person] (came over|fight a lot|are twins)
has_sibling(me,A) :: (I'm close to|I miss|I called|I fought with|I'm visiting|I look like|I looked after) my [A:sib]
has_sibling(me,A) :: (I'm the oldest of|I'm the youngest of) [:number] [A:sibs]
has_sibling(me,A) :: [A:person], my [:sib], (is|just got married|moved away|came to visit|plays drums)
relative(me,A) :: [A:person], my [:kin], (is visiting|taught me everything|passed away|makes quilts)
relative(me,A) :: (my family|we|I) (stayed with|visited|had dinner with|helped) (my|our) [A:kin]( [:past]||)
relative(me,A) :: my [A:kin] (gave me|left me|taught me|bought me|told me about) (this house|how to cook|a bike|an old watch|the war)
friend(me,A) :: (my friends|my best friends are|my buddies) [A:person] and [:person] (came over|)
friend(me,A) :: I (called|met|saw|visited|texted|ran into|helped|went to dinner with|play games with) (my |an |my old )[:pal] [A:person]( [:past]||)
friend(me,A) :: [A:person] (has been|is) (my|a good|one of my) [:pal] (for years|since school|)
friend(me,A) :: [A:person], (my|a) [:pal], (invited us|is moving|got married|told me to try it|lent me the car)
friend(me,A) :: I('m| am) (good |close |best |)friends with [A:person]
has_pet(me,A) has_pet(me,B) :: I have a [A:animal] and a [B:animal]
has_pet(me,A) has_pet(me,B) :: (my pets are|we have two pets,|I have two [:animals],|my [:animals] are) [A:pet] and [B:pet]
has_pet(me,A) :: (I'm|I am) (a|the proud|the) (dog|cat|) (owner|mom|dad|parent) of (a|an) [A:animal]
has_pet(me,A) :: (took|I took|I'm taking|I walk|I have to feed|I love|I miss) my [:animal] [A:pet] (to the vet|to the park|for a walk|every day|so much)
has_pet(me,A) :: (took|I took|I'm taking|I have to feed|I adore|I play with) my [A:animal/animals] (to the vet|to the park|after work|every day|so much)
has_pet(me,A) :: (my|our) (new|old|little|crazy|sweet) [A:animal] (is|was|chewed|loves|hates) (everything|the couch|adorable|scared|the mailman|cuddles)
has_pet(me,A) :: [A:pet] is (a|an|my|our) [:animal] (and|who) (loves me|is two|is so lazy|likes to sleep)
has_pet(me,A) :: we named (him|her|the [:animal]|our [:animal]) [A:pet]
has_pet(me,A)! :: I had to (give away|give up|say goodbye to|rehome) my [A:animal]( [:past]||)
owns(me,A) :: I (collect|have a collection of|own a lot of) [A:np]
owns(me,A) :: (I|we) (have|own|run|opened|started|just opened) (a|my own|our own|a small) [A:possession]( in [:city]||)
owns(me,A) :: (I|we) (bought|got|ordered|found|picked up|inherited) (a|an|this|a new|a used) [A:possession/np]( [:past]| from my [:kin]| on sale||)
owns(me,A) :: my (new|old|beloved|brand new|trusty) [A:possession] (is great|is here|broke|arrived|runs well)
owns(me,A) :: (I|we) (rent|lease|restore|drive|ride|fixed up) (a|an|an old) [A:possession]
likes(me,A) likes(me,B) likes(me,C) :: I [:like] [A:food/thing/activity], [B:food/thing/activity/np](,| and) (and |)[C:food/thing/activity/np]
likes(me,A) :: I (like|love|enjoy|prefer) (to |)(watch|read|listen to|cook|eat|drink|collect|play|make) [A:food/thing/np]
likes(me,A) :: (my kids and I|we|my family and I|my husband and I|we all) (love|like|enjoy|adore) [A:food/thing/activity/title/np]
likes(me,A) :: (I'm|I am) (a|such a|a huge|a big|a real) [A:food/thing/np] (lover|person|addict|fan|enthusiast|nerd|nut)
likes(me,A) :: (I|we) (just |)(discovered|tried|started) [A:activity/food] and (I love it|it's amazing|I'm hooked)
likes(me,A) :: (I love|I like|I enjoy|I love love) [A:activity/food/thing/np] (when it rains|with my family|on weekends|after work|in the summer|in the morning|the most|too|as well)
likes(me,A) :: [A:activity/food/thing/title] (is|was) (my favorite thing|so good|what I live for|my comfort food|my happy place|really therapeutic|fun for me|always a good time)
likes(me,A) :: (nothing better than|nothing like|gotta love|I can never say no to|I always enjoy|I could watch|I could eat) [A:food/activity/thing]( all day| every day||)
likes(me,A) :: I (really |)(loved|liked|enjoyed) [A:title/np/food/artist]( a lot| so much||)
dislikes(me,A) dislikes(me,B) :: I [:hate] [A:food/thing/activity] (or|and) [B:food/thing/np]
dislikes(me,A) :: (I'm|I am) (scared|afraid|terrified|sick|tired) of [A:thing/np/animals]
dislikes(me,A) :: [A:food/thing/activity] (annoys me|bores me|freaks me out|gives me the creeps|stresses me out|grosses me out|drives me crazy)
dislikes(me,A) :: I (don't|do not|never|rarely|won't) (really |)(eat|drink|watch|read|listen to|like|enjoy) [A:food/thing]( because it's gross| ever| anymore||)
dislikes(me,A) :: (can't stand|hate|dislike|not a fan of|never liked) [A:food/thing/activity]
favorite(me,A) :: (my favs are|my favorites are|my favorite is|mine is|my fave is|I'd say my favorite is|my number one is) [A:food/title/artist/activity/color/sport]
favorite(me,A) favorite(me,B) :: my favorite (foods|movies|bands|books|things|sports) are [A:food/title/artist/sport] and [B:food/title/artist/sport]
favorite(me,A) :: my favorite (subject|class|subject in school|major) (is|was) [A:subject]
favorite(me,A) :: my favorite (thing|part) (about|of) (summer|work|the week|my day) is [A:activity/np]
favorite(me,A) :: my favorite (author|actor|singer|player|writer|person|teacher) is [A:full/artist]
favorite(me,A) :: [A:food/activity/season/animals/np] (is|are|has to be|would be|will always be) (my|one of my) (favorite|favourite|favorites)
favorite(S,A) has_child(me,S) :: my [S:kid]'s favorite (food|color|toy|animal|movie) is [A:food/color/title/animal]
hobby(me,A) :: I (do|enjoy|love|practice|teach|tried|started|take|took) (some |)[A:activity/sport] (in my free time|as a hobby|for exercise|in my spare time|to relax|on the side|once a week)
hobby(me,A) :: I('m| am) (learning|trying to learn|teaching myself|practicing|taking lessons in|good at|decent at|getting better at) (how to play |playing |)[A:instrument/sport/activity]
hobby(me,A) :: I (play|coach|am on a team for|used to love and still play) [A:sport] (for my school|in a league|with my kids|on the weekends|at college|competitively)
hobby(me,A) :: I (play|picked up|strum|practice) [A:instrument] (in a band|every night|at church|for my kids|by ear|pretty badly)
hobby(me,A) :: (been|I've been) (doing|trying|busy with|really into) [A:activity] (lately|recently|to stay sane|to stay in shape|a lot)
hobby(me,A) :: (I'm|I am) (an avid|a|a keen|a passionate|an amateur) [A:sport/activity] (player|enthusiast|fan|buff)
hobby(me,A) :: (went|I went|I'm going|let's go|we go|I usually go|we went) [A:activity] ([:past]|this morning|with friends|every sunday|again)
plans_to(me,A) :: (can't wait|so excited|looking forward|getting ready|preparing|all set) to [A:plan] [:future]
plans_to(me,A) :: (I'm|I am|we're) (thinking about|planning on|considering|looking into) [A:gerund]( [:future]||)
plans_to(me,A) :: (gonna|going to|hoping to|planning to|about to|need to) [A:plan] [:future]
plans_to(me,A) :: (my family and I|my wife and I|me and my friends|[:person] and I) (are going to|are planning to|will|plan to) [A:plan]( [:future]||)
plans_to(me,A) :: my (goal|plan|resolution) (for this year|for the summer|right now|) is to [A:plan]
plans_to(S,A) has_child(me,S) :: my [S:kid] (is going to|plans to|is about to|will) [A:plan]( [:future]||)
plans_to(S,A) friend(me,S) :: my [:pal] [S:person] (is going to|plans to|is about to|will) [A:plan]( [:future]||)
wants(me,A) :: I (would love|'d love|'d like|would really like|hope|always wanted|have always wanted|dream) to [A:plan]( with my kids| one day||)
wants(me,A) :: (I wish I could|if only I could|someday I'd like to|one day I want to|maybe one day I'll|my dream is to|it would be cool to) [A:plan]
wants(S,A) :: [S:person] (wants to|would love to|dreams of being able to|hopes to) [A:plan]( one day||)
wants(me,A) :: (I'm looking for|I could use|I've been wanting|I'm hoping for|I'm dreaming of) (a|an|a new) [A:possession/animal/job]
visited(me,A) :: (we|I|my family) (took|went on) (a|our) (trip|vacation|road trip|cruise|honeymoon) to [A:city/country/sight]( [:past]||)
visited(me,A) :: I (was|went|stayed|vacationed|traveled|lived for a month) (in|around|through|over in) [A:city/country/sight] (on a business trip|[:past]|on holiday|as an exchange student)
visited(me,A) visited(me,B) :: I('ve| have) (been to|visited|seen|traveled to) [A:city/country] and [B:city/country]
visited(me,A) :: (I|we) (loved|enjoyed|fell in love with|had a great time in|can't stop thinking about) [A:city/country/sight] (when we went|on our trip|when I visited)
visited(me,A) :: (here's a photo|this is a picture|these are pictures|I took this photo) (from|of) (my|our) (trip|visit) to [A:city/country/sight]
visited(me,A) :: [A:city/country/sight] was (amazing|beautiful|so fun|incredible) when (I|we) (went|visited)( [:past]||)
attended(me,A) :: (I|we) (just |)(got back|came home|got home|returned) from [A:event]
attended(me,A) :: (I had|I went to|I hosted|I organized|we threw|I signed up for|I led|I volunteered at|I performed at|I gave a talk at) [A:event]( [:past]| at school| in [:city]||)
attended(me,A) :: (went to|been to|attended|joined|had) [A:event]( [:past]| with [:person]||)
attended(me,A) :: [A:event] (I went to|I attended|we had) [:past] was (great|fun|so inspiring|a mess)
attended(me,A) :: (my [:pal] and I|[:person] and I|me and my [:kid]|our family) (went to|attended|were at|enjoyed) [A:event]( [:past]||)
educated_at(me,A) :: (I'm|I am) (going to|attending|starting at|finishing up at|applying to grad school after) [A:school]( [:future]| this fall||)
educated_at(me,A) studies(me,B) :: (I'm|I am) (a|an) [B:subject] (student|major) at [A:school]
educated_at(me,A) :: (my alma mater is|I'm an alum of|I got my PhD from|I earned my degree at|I went to college at|I teach and studied at) [A:school]
educated_at(S,A) has_child(me,S) :: my [:kid] [S:person] (goes to|got into|studies at|graduated from|is at) [A:school]
educated_at(S,A) has_sibling(me,S) :: my [S:sib] (goes to|got into|studies at|graduated from|attends) [A:school]
studies(me,A) :: (I'm|I am) (a|an) [A:subject] (student|major|undergrad)
studies(me,A) :: (I'm|I am) (in|going to|back in|at) (college|school|university|grad school|uni) (for|studying|to study|majoring in) [A:subject]
studies(me,A) :: I (want to study|finished my degree in|am finishing my masters in|hold a degree in|teach and studied|got certified in) [A:subject]
age(me,A) :: (I'm|I am) (only|almost|nearly|already|about to be) [A:old]( years old| now||)
age(me,A) :: (I'm|I am) [A:old] and (single|live alone|still in school|retired|love life|never been married)
age(me,A) lives_in(me,B) :: (I'm|I am) [A:old] and (live in|from) [B:city]
age(me,A) :: (my [A:old]th birthday is|I celebrated my [A:old]th birthday) [:past/future]
age(S,A) child_of(me,S) :: my [S:parent] is [A:old]( years old| now||)
age(S,A) relative(me,S) :: my [S:kin] (is|turned|just turned) [A:old]( years old||)
speaks(me,A) :: I (taught myself|learned|learnt|studied and speak|teach|am taking lessons in|am trying to learn|know) [A:language]( in school| as a kid||)
speaks(me,A) speaks(me,B) :: I('m| am) (bilingual|fluent), I speak [A:language] and [B:language]
allergic_to(me,A) :: (I can't|I cannot|I never) (eat|have|touch|pet) [A:allergen] (since|because|as) I('m| am) allergic( to them| to it||)
allergic_to(me,A) :: (my allergy to|my allergies to|being allergic to) [A:allergen] (is|are|makes it) (bad|hard|annoying|terrible)( this time of year||)
allergic_to(me,A) :: [A:allergen] (make|makes) me (sneeze|break out|swell up|sick) (because|since) I('m| am) allergic
allergic_to(me,A) :: (unfortunately|sadly|turns out|apparently) I('m| am) allergic to [A:allergen]
allergic_to(S,A) :: (my [:kid]|my [:sib]|my [:mate]) [S:person] is (very |)allergic to [A:allergen]
has_condition(me,A) :: (I'm|I am) (recovering from|being treated for|dealing with|battling|living with|struggling with|coping with) [A:condition]
has_condition(me,A) :: (I|I've) (had|got|developed|been diagnosed with|suffered from) [A:condition] (as a kid|for years|[:past]|since birth|in high school)
has_condition(S,A) has_child(me,S) :: my [S:kid] (has|was diagnosed with|suffers from|struggles with) [A:condition]
diet(me,A) :: (I'm|I am) (strictly|mostly|trying to be|thinking of staying|a strict|a lifelong) [A:diet]
diet(me,A) :: (because|since) I('m| am) [A:diet] I (don't eat meat|cook a lot|read every label|have to be careful)
marital_status(me,A) :: (I'm|I am) (newly|still|happily|currently|recently|not yet|finally) [A:status]
marital_status(me,A) has_child(me,B) :: (I'm|I am) [A:status] (with|and have) [:number] [B:kids]
name(me,A) :: (hi|hey|hello|hi there|good morning),? (I'm|my name is|this is|I am) [A:person](, nice to meet you|, how are you| and you|)
name(me,A) age(me,B) :: (I'm|my name is) [A:person],? (and |)(I'm |I am |)[B:old](| years old)
name(me,A) name(me,B)! :: I (changed my name|go) (from|by another name now, not) [B:person],? (to|but) [A:person]
founded_by(A,S) :: [S:person] (founded|started|co-founded|set up) [A:org]( in [:year]||)
ceo(A,S) :: [S:full] is (the |)(CEO|chief executive|head) of [A:org]
headquarters(A,B) :: [A:org] (is based in|is headquartered in|has its head office in) [B:city]
died_on(S,A) relative(me,S) :: my [S:kin] (died|passed away) (on|in) [A:day/year]
subsidiary_of(A,B) :: [A:org] (belongs to|was bought by|is owned by|is part of) [B:org]
founded_on(A,B) :: [A:org] was (founded|started|established) in [B:year]
"""

NOTHING = """
I (wonder|wondered|asked) (who|if [:person]) lives in [:city]
(do|did) you (live|work|grow up) in [:city]?
where (do you live|are you from|do you work|did you grow up)?
what('s| is) (your name|your job|your favorite food|your favorite color|your dog's name)?
do you (like|love|enjoy|hate) [:food/thing/activity/np]?
have you (ever |)(been to|visited) [:city/country]?
(are|aren't) you (a|an) [:job]?
are you (married|vegan|allergic to [:allergen]|from [:city])?
do you have (any pets|kids|siblings|a [:animal]|a [:possession])?
(does|did) [:person] (still |)(work at [:org]|live in [:city]|like [:food])?
(if I|if only I|suppose I|imagine if I) (lived in [:city]|worked at [:org]|had a [:animal]|were a [:job]),? (I'd be happy|things would be different|that would be great)
I might (move to [:city]|work for [:org]|get a [:animal]|become a [:job])( someday| one day||)
I don't have (a [:animal]|any pets|any kids|any allergies|a [:possession]|any hobbies|a job)
I don't know (anyone in [:city]|what to do|if [:person] works at [:org])
(wow|oh nice|that's great|cool|awesome|that sounds fun|oh no|so sorry to hear that|congrats|good for you|haha|lol|nice)
(how are you|how are you doing|how's it going|what's up|how was your day|what's new)( today||)?
(hey|hi|hello|good morning|good evening)( there| [:person]||)
(thanks|thank you|thx)( so much| a lot| for the advice| [:person]||)
(the weather is nice today|it's raining again|it's so hot outside|what a day|I'm tired|I'm so bored|long day)
[:city] is (the capital of [:country]|a beautiful city|very crowded|expensive)
[:org] (announced|released|is hiring|closed|opened a new office in [:city])( [:past]||)
(you should|you could|maybe you can|why don't you) (visit [:city]|try [:food]|adopt a [:animal]|take up [:activity])
I (heard|read|saw) that [:city/country] is (nice|expensive|lovely) (this time of year|in spring|)
(can|could) you (help me|recommend a book|remind me to call [:person]|find a restaurant in [:city]|tell me more)( please||)?
(remind me to|please|set an alarm to|book me a flight to [:city] and) (call [:person]|buy milk|[:plan]|check the oven)
(see you|talk to you|catch you) (later|soon|tomorrow|[:future])
(that|it) (must be|sounds|must have been) (hard|exciting|amazing|tough|fun|delicious)
(I agree|I think so too|me too|same here|you're right|exactly|of course|sure|no problem|I guess|maybe)
(how|what) about you?
(I hope|hope) you (feel better|have a great day|enjoy it|get the job)( soon||)
(your|your new) (job|dog|house|trip|painting|project) (sounds|looks) (great|amazing|lovely|fun)
(take care|keep me posted|let me know how it goes|good luck|enjoy|have fun)
(a friend of someone|some people|people|they) (live in [:city]|like [:food]|hate [:thing]|work at [:org])
(it's|that's) (never too late|a great idea|so true|really inspiring|not easy|worth it|good to hear)
my (friend|neighbor|coworker|boss|cousin|sister|brother)'s [:animal] (is cute|bit me|ran away|is so loud)
(his|her|their) [:kid] (loves|plays|hates) [:food/sport/thing]
(he|she) (told me|said) (about it|that it's fine|you were coming)
I (would|might|could) (have moved|move) to [:city] (if I had the money|but I didn't|but who knows)
(we|I) (talked|chatted|argued) about (politics|the weather|[:thing]|[:org])( for hours| [:past]||)
I('m| am) (fine|good|great|doing well|tired|busy|excited|so happy|sad|bored|okay|stressed)( today| thanks| right now||)
(what do you do|do you work|are you working|do you study|any hobbies|any pets|any siblings|any kids|any plans)( for fun| for work| for a living||)?
(what kind of|which) (music|food|movies|books|dog|car|sport) do you (like|have|play|prefer)?
(tell me about|so tell me about) (yourself|your day|your family|your job|your hobbies)
(did you|have you) (see|watched|read|tried|heard of) [:title/artist/food]( yet||)?
(would|do) you (want|like) to (go [:activity]|come to [:event]|visit [:city]|grab a coffee)( [:future]| with me||)?
(is|was) your (mom|dad|sister|brother|husband|wife) (a [:job]|from [:country]|okay|home)?
(how old|how tall) (are you|is your [:kid]|is [:person])?
I (can|could) (imagine|see|understand) (that|why|how hard it is)
I('ll| will) (let you know|think about it|check|be right back|send you a picture)
(wish me luck|fingers crossed|long story short|just kidding|never mind|anyway|you know what I mean)
(you|you guys) (live in [:city]|work at [:org]|have [:number] kids|love [:food]), (right|don't you)?
(the|this) (movie|book|song|restaurant|museum|city|park) (was|is) (great|boring|too long|so crowded|worth it|really cool)
(it|this|that) (took|cost|lasted) (forever|too much|all day|[:number] hours)
(today|[:past]) was (awful|a long day|a good day|crazy|relaxing)
(everyone|people|kids|most people|nobody|my generation) (loves|likes|hates|needs|enjoys) [:food/thing]
(a|the) (woman|man|guy|girl|kid|tourist) from [:city/country] (asked me for directions|sat next to me|won)
[:org] (is|was) (in the news|down|bought by someone|hiring|the biggest employer here)
(you can|one can|people can) (live|work|study) in [:city/country] (without a car|for cheap|)
I don't (live|work) (far|alone|too much|on sundays)( anymore||)
I don't (like|love|hate) (it|that|them|him|her)( at all| much||)
I (love|like|hate|miss) (it|you|that|this|them|him|her)( so much| too| all||)
I (have|need|got) to go( now||), (bye|see you|talk soon|ttyl)
(lol|haha|aww|omg|wow|yay|ugh|hmm|yikes|oof)(,|!|) (that's so funny|really|I bet|I know right|no way|so true|cute)
(here's|check out|look at) (a photo|this|the picture|the view)( I took| from today||)
(do you have|have you got|any) (any |other |)(suggestions|recommendations|advice|ideas|tips) (for|on|about) ([:thing]|that|this|relaxing|good movies)?
(thank you|thanks) (very much |so much |)for (your|the) (advice|help|suggestions|recommendation|kind words)
(okay|alright|great|sure),? (I will|I'll) (try it|give it a try|consider it|try that|look into it|take a look|keep that in mind)
(I feel|I've been feeling|I am feeling) (a bit |so |pretty |)(stressed|down|lonely|overwhelmed|upset|bored|better|anxious)( lately| recently| these days||)
(that|those|it) (sounds|sound) (good|interesting|reasonable|helpful|fun|like a great idea|complicated)
(it's|it was) (really |always |)nice (chatting|talking) (with|to) you
let's (chat|talk|catch up) again (next time|later|soon|tomorrow)( bye| goodbye||)
I have to (go|rest|get back to work|prepare dinner|head out) now
(I watched a movie|I read an article|I saw a video|I heard a song) (recently|the other day|about it) and it was really good
what do you think (I should do|about that|of it|about [:thing])?
(the weather|work|school|life|everything) (is|has been) (really |so |pretty |)(hot|busy|stressful|nice|hectic|great)( today| lately||)
(my|the) (day|week|weekend|morning) (was|is|has been) (great|long|busy|terrible|okay|productive)
(can|could) you (recommend|suggest|give me|tell me) (something|some tips|a good book|some ideas|more about it)( please||)?
(I understand|I see|that makes sense|that's true|you have a point|that means a lot)
(nice|good|great) to (meet|see|hear from) you( again| too||)
(I can't believe|I never thought|who knew) (it's already over|how time flies|it would be this hard)
your [:sib/kid/mate/pal] [:person] (is so nice|must be proud|seems cool|looks like you)
(is|was) [:city/org] (a nice city|nice|far|a good choice|worth visiting)?
(should|could) I (visit [:city]|apply at [:org]|buy a [:possession]|get a [:animal])(?| or not?)
(what is|how is|how's) (it like in [:city]|life in [:city]|your new job at [:org]|your [:kid])?
(don't|never) (move to [:city]|work for [:org]|eat [:food])
"""

CORRECTIONS = """
lives_in(me,A) lives_in(me,B)! :: (no, |actually |sorry, |correction: )I live in [A:city], not (in |)[B:city]
works_for(me,A) works_for(me,B)! :: (no, |actually |sorry, |wait, )I work (at|for) [A:org], not (at |for |)[B:org]
name(me,A) name(me,B)! :: (no, |actually |sorry, )my name is [A:person], not [B:person]
job_title(me,A) job_title(me,B)! :: (actually|no|sorry), I('m| am) (a|an) [A:job], not (a|an) [B:job]
:: (that's not right|that's wrong|you got that wrong|no, that's not what I said|you misunderstood me|not quite)
has_sibling(me,A) :: (no, |actually |sorry, |I meant )my [:sib]'s name is [A:person]
age(me,A) :: (no, |actually |sorry, I meant )I('m| am) [A:old], not [:old]
favorite(me,A) :: (no, |actually |sorry, )my favorite color is [A:color], not [:color]
allergic_to(me,A) allergic_to(me,B)! :: (no, |actually |sorry, |I misspoke, )I('m| am) allergic to [A:allergen], not [B:allergen]
"""
