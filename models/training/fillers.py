"""Which names and things the generated first-person statements talk about."""

from models.training.orders import listed, orders

_LISTS = {
    "person": (
        "Caleb, Amina, Joel, Priscilla, Enzo, Bianca, Idris, Saoirse, Tobias, Anika, Rhys, Farah, Dante, Imani, Luka, Freya, Nikhil, Paloma, Ezra, Keiko, Otis, Marisol, Anton, Delphine, Malik, Greta, Ronan, Yara, Silas, Carmen, Victor, Helen, Frank, Alice, Eric, Wendy, Steve, Karen, Joe, Anna, Paul, Linda, Mark, Nancy, Luke, Kate, Ryan, Amy, Josh, Jess, Nick, Mia, Adam, Eva, Leo, Ruby, Harry, Ivy, Toby, Cindy, Aaron, Vanessa, Gerald, Bruce, Tamara, Naomi, Isaac, Hazel, "
        "Ana, Tom, Priya, Yusuf, Mei, Carlos, Fatima, Oliver, Ingrid, Kwame, Sofia, Hiroshi, Leila, "
        "Marcus, Chloe, Diego, Amara, Liam, Noor, Elena, Jack, Zoe, Rahul, Gabriela, Omar, Hannah, "
        "Pedro, Aisha, Ben, Lucia, Viktor, Grace, Tariq, Emma, Mateo, Julia, Sven, Nadia, Ethan, "
        "Rosa, Kenji, Maya, Felix, Ines, Daniel, Olga, Samir, Beth, Andre, Yuki, Paolo, Clara, Ravi, "
        "Megan, Hugo, Salma, Peter, Lina, George, Abby, Max, Ella, Nina, Sam, Alex, Jordan, Taylor, "
        "Chris, Pat, Robin, Jamie, Kai, Joanna, Melanie, Caroline, Nate, Audrey, Evan, Deborah, Jolene, "
        "Gina, Jon, John, Maria, James, Tim, Calvin, Dave, Sarah, Michael, Emily, David, Laura, Kevin, "
        "Rachel, Brian, Susan, Jin, Wei, Lakshmi, Chidi, Babak, Siobhan, Niamh, Bjorn, Anneliese, "
        "Thandiwe, Kofi, Mireille, Guillaume, Zsofia, Tomasz, Agnieszka, Dmitri, Svetlana, Ahmed, "
        "Khadija, Ming, Hana, Eun-ji, Minh, Linh, Putu, Rania, Jorge, Ximena, Thiago, Beatriz"
    ),
    "surname": (
        "Silva, Kim, Okafor, Schmidt, Rossi, Nguyen, Patel, Garcia, Novak, Haddad, Johansson, Murphy, "
        "O'Brien, Tanaka, Cohen, Ivanova, Brown, Smith, Jones, Dubois, Kowalski, Mensah, Lopez, "
        "Andersen, Fischer, Moreau, Singh, Chen, Walker, Bianchi, Martinez, Lee, Park, Hassan"
    ),
    "city": (
        "Ljubljana, Zagreb, Belgrade, Sofia, Bucharest, Krakow, Gdansk, Vilnius, Bern, Lausanne, Nice, Toulouse, Bordeaux, Malaga, Bilbao, Palermo, Florence, Venice, Cologne, Stuttgart, Leipzig, Antwerp, Bruges, Delft, Aarhus, Bergen, Malmo, Tampere, Belfast, Cardiff, Manchester, Liverpool, Newcastle, York, Galway, Halifax, Calgary, Ottawa, Winnipeg, Quebec City, San Diego, San Jose, Sacramento, Las Vegas, Dallas, Houston, New Orleans, Memphis, Detroit, Cleveland, Columbus, Philadelphia, Baltimore, Washington DC, Charlotte, Orlando, Tampa, Kansas City, St. Louis, Milwaukee, Omaha, Boise, Albuquerque, Queens, Guadalajara, Cusco, Quito, Medellin, Montevideo, Sao Paulo, Recife, Delhi, Bangalore, Chennai, Pune, Lahore, Taipei, Sapporo, Nagoya, Busan, Chiang Mai, Saigon, Da Nang, Cebu, Penang, Addis Ababa, Dakar, Casablanca, Johannesburg, Durban, Alexandria, Tel Aviv, Ankara, Izmir, Tbilisi, Baku, Tashkent, Almaty, Hobart, Wellington, "
        "Lisbon, Porto, Rome, Berlin, Nairobi, Osaka, Lima, Chicago, Toronto, Mumbai, Cairo, Oslo, "
        "Madrid, Boston, Seattle, Austin, Paris, London, New York, San Francisco, Los Angeles, Denver, "
        "Melbourne, Sydney, Dublin, Edinburgh, Prague, Vienna, Warsaw, Budapest, Athens, Istanbul, "
        "Dubai, Singapore, Hanoi, Bangkok, Manila, Seoul, Kyoto, Shanghai, Accra, Lagos, Cape Town, "
        "Buenos Aires, Santiago, Bogota, Mexico City, Havana, Montreal, Vancouver, Portland, Phoenix, "
        "Atlanta, Miami, Nashville, Minneapolis, Hamburg, Munich, Zurich, Geneva, Lyon, Marseille, "
        "Barcelona, Valencia, Seville, Milan, Naples, Turin, Ghent, Rotterdam, Utrecht, Gothenburg, "
        "Helsinki, Tallinn, Riga, Reykjavik, Brisbane, Perth, Auckland, Salt Lake City, Brooklyn, "
        "Bristol, Leeds, Glasgow, Cork, Kigali, Kampala, Tunis, Marrakesh, Amman, Beirut, Tehran, "
        "Karachi, Dhaka, Colombo, Kathmandu, Jakarta, Bali, Honolulu, Anchorage, Tucson, Pittsburgh"
    ),
    "country": (
        "California, Texas, Florida, Ohio, Michigan, Oregon, Colorado, Alaska, New Jersey, Georgia, Ontario, Bavaria, Sicily, Croatia, Romania, Bulgaria, Hungary, the Czech Republic, Slovakia, Israel, Lebanon, Iran, Pakistan, Bangladesh, Nepal, Sri Lanka, Singapore, Costa Rica, Panama, Jamaica, the Dominican Republic, Puerto Rico, Ecuador, Bolivia, Uruguay, Ethiopia, Uganda, Tanzania, Senegal, Tunisia, Algeria, Estonia, Latvia, Lithuania, Serbia, Bosnia, Russia, America, Europe, Asia, the Midwest, the Netherlands, "
        "Portugal, Spain, Sweden, Japan, Brazil, Kenya, Canada, Mexico, India, Egypt, Norway, Italy, "
        "Germany, France, Peru, Chile, Vietnam, Thailand, Greece, Turkey, Poland, Ireland, Scotland, "
        "Australia, New Zealand, South Africa, Nigeria, Ghana, Morocco, Argentina, Colombia, Cuba, "
        "Iceland, Finland, Denmark, the Netherlands, Belgium, Austria, Switzerland, Ukraine, China, "
        "South Korea, Taiwan, Indonesia, the Philippines, Malaysia, the US, the UK, England, Wales"
    ),
    "sight": (
        "Times Square, the British Museum, Buckingham Palace, the Colosseum, the Taj Mahal, Angkor Wat, the Smoky Mountains, the Everglades, Mount Rainier, Lake Michigan, Walt Disney World, the Vatican, Petra, the Black Forest, the Maldives, the Bahamas, Bora Bora, Cancun, Patagonia, the Amalfi Coast, "
        "the Grand Canyon, Yosemite, Machu Picchu, the Louvre, the Eiffel Tower, Niagara Falls, "
        "Disneyland, Central Park, the Alps, Lake Como, the Great Barrier Reef, Yellowstone, Tuscany, "
        "Hawaii, Santorini, the Rocky Mountains, Mount Fuji, the Prado, Stonehenge, Lake Tahoe"
    ),
    "nationality": (
        "Portuguese, Swedish, Japanese, Brazilian, Kenyan, Canadian, Mexican, Indian, Egyptian, "
        "Norwegian, Italian, German, French, Peruvian, Vietnamese, Thai, Greek, Turkish, Polish, "
        "Irish, Scottish, Australian, Nigerian, Ghanaian, Moroccan, Chinese, Korean, Dutch, American"
    ),
    "language": (
        "Portuguese, Spanish, Swedish, Japanese, French, German, Arabic, Swahili, Hindi, Mandarin, "
        "Korean, Italian, Polish, Greek, Turkish, Russian, Dutch, Urdu, Tagalog, sign language, Welsh"
    ),
    "org": (
        "Ford, Boeing, Apple, Facebook, McDonald's, Burger King, Best Buy, CVS, Trader Joe's, UPS, PwC, Goldman Sachs, Oracle, Intel, Sony, Nike, Adidas, Zara, H&M, Pepsi, Nestle, Unilever, AT&T, Verizon, Comcast, Disney, Warner Bros, CNN, the Guardian, Oxfam, Doctors Without Borders, the World Bank, the UN, the army, the navy, the air force, Habitat for Humanity, Mayo Clinic, Kaiser, Hilton, Marriott, Ryanair, Emirates, Maersk, Philips, Ericsson, Zenith Labs, Kestrel Analytics, Orchid & Co, Lumen Robotics, Tidewater Press, Harbor Freight, Golden Spoon, Maple Leaf Dental, Redwood Capital, "
        "Acme, Google, Siemens, Northwind, Blue Harbor, the Red Cross, Microsoft, Amazon, Starbucks, "
        "St. Mary's Hospital, City Hall, Globex, Initech, Volvo, Nokia, Deloitte, Walmart, Target, "
        "Tesla, IKEA, Netflix, the BBC, the New York Times, Lufthansa, General Hospital, Oakwood "
        "Elementary, Brightside Media, Delta, Pixel Forge, Greenpeace, Unicef, FedEx, Costco, NASA, "
        "Bosch, Bank of America, Barclays, Riverside Clinic, Home Depot, Shell, Spotify, Airbus, "
        "Toyota, Samsung, Accenture, Pfizer, the city library, the post office, Sunrise Bakery, "
        "Fox & Hound, Henderson Law, Marlow Architects, Apex Logistics, Whole Foods, Uber, Stripe"
    ),
    "workplace": (
        "a bank, a hospital, a small bakery, a startup, a law firm, a bookstore, a call center, the "
        "local library, a gas station, an animal shelter, a coffee shop, a construction company, a "
        "daycare, a museum, an elementary school, a dental clinic, a tech company, a restaurant, "
        "a grocery store, a factory, a nursing home, an insurance company, a farm, a marketing agency"
    ),
    "school": (
        "MIT, Stanford, Oxford, the University of Porto, UCLA, Harvard, NYU, Cambridge, Boston "
        "University, ETH Zurich, McGill, Kyoto University, Lincoln High School, Ohio State, Yale, "
        "the University of Michigan, Princeton, Penn State, Georgia Tech, Heidelberg University, "
        "the University of Cape Town, Arizona State, Trinity College, Westbrook High, Duke, Cornell, "
        "Leeds Beckett, King's College London, UC Berkeley, Texas A&M, Kingston Academy"
    ),
    "job": (
        "nurse practitioner, delivery driver, stylist, tattoo artist, welder, florist, zookeeper, judge, surgeon, secretary, soldier, college professor, preschool teacher, substitute teacher, tutor, nanny, babysitter, fitness coach, swim coach, insurance agent, data scientist, product manager, ux designer, fashion designer, baker, butcher, tailor, novelist, blogger, streamer, youtuber, janitor, housekeeper, warehouse worker, office manager, hr manager, event planner, wedding planner, stockbroker, banker, psychologist, therapist, radiologist, optometrist, cab driver, bus driver, park ranger, contractor, roofer, landscaper, dog walker, dog groomer, model, dancer, singer, dj, comedian, magician, pastor, small business owner, "
        "nurse, software engineer, teacher, graphic designer, chef, lawyer, accountant, carpenter, "
        "photographer, electrician, journalist, project manager, dentist, pharmacist, barista, "
        "truck driver, data analyst, social worker, firefighter, librarian, vet, architect, plumber, "
        "flight attendant, personal trainer, real estate agent, marine biologist, tour guide, "
        "receptionist, physical therapist, police officer, waiter, waitress, mechanic, translator, "
        "kindergarten teacher, sales manager, civil engineer, dance instructor, yoga teacher, "
        "freelance writer, web developer, paramedic, hairdresser, counselor, film editor, pilot, "
        "security guard, bank teller, cashier, research assistant, high school math teacher, farmer, "
        "musician, painter, actor, stay at home mom, housewife, game developer, consultant, bartender"
    ),
    "sport": (
        "tennis, football, basketball, chess, soccer, volleyball, badminton, hockey, golf, baseball, "
        "rugby, cricket, table tennis, poker, video games, board games, Minecraft, lacrosse, squash, "
        "water polo, ultimate frisbee, Dungeons & Dragons, ping pong, pickleball, softball"
    ),
    "instrument": (
        "the guitar, the piano, the violin, the drums, the cello, the flute, the saxophone, bass, "
        "the ukulele, the clarinet, the trumpet, the harp, the banjo, guitar, piano, the accordion"
    ),
    "activity": (
        "quilting, archery, beekeeping, geocaching, journaling, juggling, weightlifting, rowing, sailing, horse riding, ice skating, rollerblading, skateboarding, bowling, tai chi, mountain biking, trail running, bodybuilding, blogging, vlogging, coding, metal detecting, wine tasting, antiquing, home brewing, genealogy, people watching, playing {instrument}, playing {sport}, reading {thing}, cooking {food}, watching {thing}, collecting {np}, traveling to {country}, spending time with my {kin}, working out, going to the gym, crossfit, zumba, paintball, lego, model trains, tap dancing, ballet, fencing, judo, interior design, graphic novels, astrophotography, hunting, kickboxing, cosplay, improv, stand up comedy, line dancing, "
        "hiking, swimming, painting, photography, cooking, baking, running, cycling, yoga, reading, "
        "gardening, knitting, pottery, dancing, surfing, climbing, camping, fishing, birdwatching, "
        "skiing, snowboarding, gaming, singing, woodworking, drawing, volunteering, rock climbing, "
        "horseback riding, martial arts, karate, salsa dancing, bird watching, calligraphy, origami, "
        "scuba diving, kayaking, lifting weights, meditation, sewing, crocheting, writing poetry, "
        "watching old movies, collecting stamps, playing the guitar, playing chess, playing video games, "
        "going to the beach, going to concerts, travelling, traveling, shopping, listening to podcasts, "
        "making candles, restoring old cars, trying new recipes, walking my dog, walking in the woods, "
        "long distance running, stargazing, watching anime, thrifting, jogging, boxing, pilates"
    ),
    "food": (
        "steak, bacon, french fries, mac and cheese, blueberries, carrots, broccoli, donuts, cookies, cheesecake, hot chocolate, orange juice, beer, wine, cereal, soup, grilled cheese, waffles, popcorn, barbecue, chicken wings, fish and chips, turkey, eggs, nachos, garlic bread, spinach, cake, lemonade, root beer, milkshakes, potato chips, oysters, lobster, meat, candy, fast food, home cooked meals, my grandma's lasagna, anything sweet, sour candy, "
        "sushi, pizza, pasta, chocolate, mangoes, spicy food, pad thai, tacos, ramen, ice cream, "
        "lasagna, curry, dumplings, cheese, strawberries, olives, mushrooms, cilantro, coffee, tea, "
        "green tea, red wine, craft beer, seafood, burgers, pancakes, salad, fried chicken, tofu, "
        "dark chocolate, black coffee, peanut butter, hummus, paella, pho, kimchi, avocado toast, "
        "blueberry pie, brussels sprouts, liver, anchovies, pineapple on pizza, oatmeal, bagels, "
        "Thai food, Mexican food, Indian food, Italian food, vanilla ice cream, apple pie, salmon"
    ),
    "thing": (
        "the color purple, sci-fi novels, superhero movies, cartoons, anime, nature, summer, spring, history, politics, traffic, public speaking, flying, the cold, the heat, snakes, clowns, the dark, cleaning, doing laundry, school, math, my job, dancing in the rain, long walks on the beach, going to the movies, the smell of rain, fresh flowers, antique furniture, old books, old movies, soap operas, game shows, video game music, indie bands, folk music, edm, techno, rap, the blues, jazz music, waking up early, staying up late, working from home, being alone, being outdoors, animals, kids, tattoos, makeup, fashion, sports cars, trucks, motorcycles, airplanes, trains, space, dinosaurs, ghost stories, magic tricks, my garden, my new school, "
        "jazz, horror movies, science fiction, country music, romantic comedies, rainy days, "
        "the beach, autumn, winter, mornings, big cities, crowds, loud noises, long flights, spiders, "
        "heights, musicals, classical music, poetry, crime novels, fantasy books, documentaries, "
        "reality tv, k-pop, hip hop, rock music, sunsets, thunderstorms, road trips, museums, "
        "old trains, vintage cars, true crime podcasts, snow, hot weather, small talk, roller coasters, "
        "cats, dogs, horses, dolphins, the mountains, the ocean, heavy metal, sneakers, plants, "
        "modern art, ancient history, astronomy, crossword puzzles, mystery novels, comic books"
    ),
    "title": (
        "Finding Nemo, The Lord of the Rings, The Matrix, Grey's Anatomy, Black Panther, Sherlock, Seinfeld, The Simpsons, Animal Crossing, Mario Kart, 1984, Jane Eyre, The Lion King, Toy Story, Avatar, The Crown, Doctor Who, Twilight, Eternal Sunshine, The Walking Dead, Gone with the Wind, Dirty Dancing, "
        "The Godfather, Pulp Fiction, Spirited Away, Dune, Pride and Prejudice, The Hobbit, Breaking "
        "Bad, Friends, Stranger Things, Inception, Amelie, Harry Potter, Charlotte's Web, Hamilton, "
        "The Office, Star Wars, Little Women, Becoming Nicole, The Alchemist, Game of Thrones, Frozen, "
        "The Great Gatsby, Interstellar, To Kill a Mockingbird, The Legend of Zelda, Parasite, Titanic"
    ),
    "artist": (
        "Drake, Rihanna, Eminem, Nirvana, Pink Floyd, the Rolling Stones, Johnny Cash, BTS, Billie Eilish, Kendrick Lamar, Shakira, Vivaldi, Chopin, Imagine Dragons, Green Day, Dolly Parton, Prince, David Bowie, AC/DC, Lady Gaga, "
        "Radiohead, Adele, Bach, Taylor Swift, Queen, the Beatles, Miles Davis, Beyonce, Coldplay, "
        "Nina Simone, Daft Punk, Fela Kuti, Bob Marley, Metallica, Fleetwood Mac, Ed Sheeran, Mozart"
    ),
    "color": "gray, white, maroon, lavender, gold, silver, mint green, dark blue, light pink, blue, green, red, purple, yellow, turquoise, black, orange, pink, burgundy, teal, navy",
    "season": "summer, autumn, winter, spring, fall, October, December, Christmas, Halloween, May",
    "animal": (
        "dachshund, dalmatian, great dane, border collie, maine coon, persian cat, black cat, calico, parakeet, canary, lizard, iguana, chinchilla, mouse, rat, pig, goat, cow, chicken, duck, alpaca, donkey, service dog, guide dog, hedgehog, betta fish, tarantula, terrier, shih tzu, boxer, bulldog, mutt, "
        "dog, cat, parrot, hamster, rabbit, goldfish, puppy, kitten, tortoise, guinea pig, horse, "
        "golden retriever, ferret, gecko, cockatiel, beagle, siamese cat, snake, pony, corgi, labrador, "
        "german shepherd, bearded dragon, chihuahua, poodle, tabby, rescue dog, turtle, pug, husky"
    ),
    "pet": (
        "Rex, Luna, Biscuit, Milo, Coco, Bruno, Daisy, Pepper, Simba, Nala, Shadow, Mochi, Whiskers, "
        "Bella, Charlie, Oreo, Ginger, Rocky, Toby, Pixie, Waffles, Bear, Pumpkin, Ziggy, Sushi, "
        "Captain, Fluffy, Peanut, Snowball, Kiki, Tucker, Buddy, Precious, Gizmo, Mr. Darcy, Loki"
    ),
    "possession": (
        "Subaru, BMW, Jeep, Prius, Mercedes, Harley, tractor, guitar, drum kit, iPhone, Xbox, gaming PC, smart watch, hot tub, greenhouse, trailer, mobile home, beach house, townhouse, two bedroom apartment, restaurant, bookstore, flower shop, bed and breakfast, small business, clothing store, ranch, convertible, minivan, old truck, hybrid car, scooter, skateboard, surfboard, tent, kindle, big screen tv, espresso machine, treadmill, collection of comic books, stamp collection, coin collection, shoe collection, lot of books, bearskin rug, wedding dress, fish tank, library card, cottage by the lake, houseboat, hammock, leather jacket, "
        "Honda Civic, Tesla, blue pickup truck, bicycle, motorcycle, house, boat, cabin, apartment, "
        "Nintendo Switch, telescope, PlayStation, camper van, sewing machine, record player, Ford, "
        "3D printer, vegetable garden, Fender Stratocaster, condo, farm, laptop, drone, food truck, "
        "MacBook, kayak, electric scooter, Toyota Corolla, bakery, vintage typewriter, mountain bike, "
        "dance studio, piano, sailboat, coffee shop, swimming pool, camera, new phone, red Mustang"
    ),
    "allergen": (
        "grass, avocado, bananas, kiwi, corn, mustard, tomatoes, oranges, nickel, perfume, feathers, dogs, cat fur, aspirin, sulfa drugs, lobster, crab, almonds, cashews, hazelnuts, chocolate, red dye, mosquito bites, horses, dust mites, hay, "
        "peanuts, shellfish, pollen, cats, dust, gluten, penicillin, bees, milk, dairy, eggs, soy, "
        "tree nuts, walnuts, strawberries, latex, bee stings, cat hair, ragweed, mold, cockroaches, "
        "ibuprofen, sesame, wheat, nuts, reptiles, animals with fur, pet dander, fish"
    ),
    "condition": (
        "cancer, breast cancer, PTSD, OCD, bipolar disorder, autism, allergies, a broken leg, a bad back, a concussion, chronic pain, fibromyalgia, high cholesterol, glaucoma, sleep apnea, acne, vertigo, tinnitus, carpal tunnel, crohn's disease, ibs, an eating disorder, long covid, a food intolerance, multiple sclerosis, hypertension, stage fright, social anxiety, "
        "asthma, diabetes, type 1 diabetes, migraines, ADHD, anxiety, insomnia, celiac disease, high "
        "blood pressure, arthritis, depression, epilepsy, scoliosis, dyslexia, gastritis, back pain, "
        "a bad knee, a heart condition, lactose intolerance, hearing loss, a sleep disorder, eczema"
    ),
    "diet": (
        "vegan, vegetarian, pescatarian, gluten-free, keto, lactose intolerant, a vegetarian, a vegan, "
        "kosher, halal, on a low-carb diet, paleo"
    ),
    "subject": (
        "art, dance, theater, sociology, anthropology, political science, engineering, computer engineering, data science, biochemistry, pharmacy, dentistry, hospitality, culinary arts, fashion design, film, creative writing, theology, geology, statistics, international relations, early childhood education, public health, electrical engineering, cyber security, english literature, counseling, animal science, "
        "biology, computer science, law, nursing, economics, architecture, psychology, medicine, "
        "history, philosophy, mechanical engineering, graphic design, physics, music, education, "
        "fine arts, journalism, business, social work, chemistry, marketing, linguistics, accounting, "
        "environmental science, criminal justice, math, veterinary medicine, art history, finance"
    ),
    "event": (
        "a concert, a wedding, a conference, an art show, a pottery workshop, a charity run, a yoga "
        "class, a support group, a book club, my cousin's graduation, a pride parade, a jazz festival, "
        "a job interview, a music festival, a cooking class, a basketball game, a family reunion, "
        "a school play, a tech meetup, a networking event, a car show, a poetry reading, a gala, "
        "a {artist} concert, the farmers market, a birthday party, my {sib}'s wedding, a protest, "
        "a photography workshop, an open mic, a game convention, a parenting seminar, a marathon, "
        "{person}'s wedding, {person}'s birthday party, a {activity} class, a {activity} workshop, "
        "a {sport} game, a {sport} tournament, my {kid}'s recital, an exhibition, a meditation retreat, "
        "a comedy show, a funeral, a baby shower, a housewarming, a dinner party, a trivia night, "
        "a swim meet, a political rally, a workshop on {subject}, a lecture about {thing}, a fair, "
        "a dance competition, a food festival, the opera, a film festival, an adoption council meeting"
    ),
    "plan": (
        "go on a trip, go on a trip to {city}, go to {city} and {city}, see a movie with my friends, go to the movies, "
        "go out to dinner, learn how to cook {food}, make {food}, go to {country}, visit {country}, find a new job, "
        "exercise more, eat healthier, take a break, travel, travel to {country}, go shopping, watch a movie, "
        "study for my exams, celebrate my birthday, go to a concert, see {artist}, learn {instrument}, do {activity}, "
        "read {title}, spend the weekend in {city}, have dinner with my {parents}, start a family, "
        "visit my parents, run a marathon, learn {language}, buy a house, start a business, go camping, "
        "apply for a new job, take a cooking class, adopt a {animal}, move to {country}, write a book, redo "
        "the kitchen, go to grad school, see the northern lights, quit smoking, paint the bedroom, "
        "get married, travel around Europe, take my kids to the zoo, join a gym, start a podcast, "
        "open a dance studio, go to {country}, meet up with {person}, take a few days off, sign up for a "
        "pottery class, visit {city}, plant some tomatoes, get a tattoo, renew my passport, see a doctor, "
        "throw a party for {person}, learn to surf, organize a fundraiser, retire, volunteer at the shelter, "
        "become a {job}, finish my thesis, try that new restaurant, take the kids to the beach, "
        "live in {city}, work for {org}, buy a {possession}, learn to play {instrument}, see {sight}, "
        "go {activity} with {person}, go {activity}, watch {title}, study {subject}, apply to {school}, "
        "move back to {city}, take my {kid} to {sight}, cook {food} for my {kin}, have another baby, "
        "save some money, lose some weight, get a {animal}, fly to {city}, drive to {city}, hike in "
        "{sight}, meet {person} for coffee, start {activity} again, take up {activity}, go back to "
        "school, change careers, get in shape, spend more time with my family, read more books, host "
        "a dinner party, go on a road trip, build a treehouse, become a better cook, record an album, "
        "teach my {kid} how to swim, open my own restaurant, publish my novel, attend a conference, "
        "take photos of the sunset, go to the doctor, visit my {sib} in {city}, call my {parent}"
    ),
    "number": "two, three, four, five, 2, 3, six, a couple of, 4, several",
    "year": "1984, 1990, 1995, 2001, 2008, 2012, 2016, 2019, 2021, 2022, 1978, 1969, 2005",
    "old": (
        "34, 27, 41, twenty-six, 19, 52, 63, 30, thirty, 22, 45, 38, 29, 17, 71, 25, 16, 33, 58, "
        "twenty one, forty"
    ),
    "day": (
        "March 3rd, the 14th of July, December 25, April 9, 1988, October 1st, June 12th, May 5, 1991, "
        "the 2nd of February, August 30, November 17th, 1979, September 21, 3 January 1994, in July"
    ),
    "past": (
        "a month ago, two years ago, the week before last, last Thursday, on Saturday, on Sunday, on the weekend, earlier today, today, last December, last fall, in 2021, in May, in college, a long time ago, about a year ago, just now, recently, five years ago, over the holidays, on July 4th, back in March, "
        "last month, last year, in 2019, yesterday, two weeks ago, last summer, in March, last Friday, "
        "a few years ago, on Monday, last weekend, three days ago, when I was a kid, this morning, "
        "last night, in 2008, a while back, the other day, last Tuesday, back in 2015, last spring"
    ),
    "since": "2019, last year, March, 2008, January, I was a kid, last summer, the pandemic, college",
    "future": (
        "next Friday, in August, in a month, soon, tomorrow morning, this Saturday, over the holidays, in the spring, next fall, in two years, later today, before the year ends, when I retire, "
        "next week, next summer, tomorrow, in June, this weekend, next year, on Friday, in two weeks, "
        "next month, after Christmas, this summer, tonight, in the fall, later this year, on Sunday"
    ),
    "sib": "half brother, half sister, baby sister, big brother, sis, bro, sister, brother, twin sister, older brother, little sister, younger brother, twin, big sis",
    "kid": "daughter, son, little girl, baby boy, oldest son, youngest daughter, stepson, baby, kid",
    "parent": "mom, dad, mother, father, mum, stepdad, stepmom",
    "kin": (
        "uncle, aunt, cousin, grandparents, cousins, nephews, aunts, great grandmother, stepbrother, in-laws, "
        "grandmother, grandfather, cousin, aunt, uncle, niece, nephew, grandma, grandpa, mother-in-law, "
        "brother-in-law, sister-in-law, godmother, granddaughter, great aunt"
    ),
    "mate": "husband, wife",
    "lover": "boyfriend, girlfriend, partner, fiancé, fiancée, bf, gf",
    "pal": (
        "bestie, housemate, coworkers, buddies, supervisor, teacher, gym buddy, pen pal, girl friend, neighbour, manager, coach, "
        "best friend, friend, roommate, flatmate, coworker, colleague, neighbor, boss, old friend, "
        "buddy, childhood friend, good friend, teammate, classmate, mentor"
    ),
    "party": "Green Party, Labour Party, Democratic Party, Republican Party, Conservative Party",
    "parents": "parents, mom and dad, folks, grandparents, in-laws",
    "trip": (
        "a trip to {city}, a trip to {country}, a weekend in {city}, a holiday in {country}, a road trip through "
        "{country}, a visit to {sight}, a week in {city} with {person}, a hike in {sight}, our honeymoon in {country}, "
        "a city break in {city}, a cruise to {country}, a surprise party for {person}, a camping trip, a family visit"
    ),
    "way": (
        "to {city}, to {country}, to {sight}, to {city} for a conference, home to {city}, to {city} to see {person}, "
        "back to {country}, to {country} for two weeks, to {city} and {city}, to {city} with my {kid}, to {city} by train"
    ),
    "appointment": (
        "a dentist appointment, a doctor's appointment, an interview at {org}, a job interview, an exam in {subject}, "
        "a meeting with {person}, lunch with {person}, dinner with {person}, a call with {org}, a {sport} match, "
        "a haircut, a check-up, a parent-teacher meeting, a date with {person}, a deadline, a {language} lesson"
    ),
    "chore": (
        "call {person}, call the bank, pay the rent, pick up the {kid}, take {pet} to the vet, renew my passport, "
        "book a table at {org}, return the book to {person}, send {person} the photos, fix the {possession}, "
        "buy a present for {person}, water the plants, file my taxes, cancel the gym, email {person}, pick up {person} "
        "from the airport, order {food}, book the flights to {city}, sign the lease, submit the report"
    ),
    "buy": (
        "coffee machine, standing desk, office chair, pair of running shoes, winter coat, rice cooker, sofa, mattress, "
        "tablet, smart speaker, e-bike, monitor, keyboard, dishwasher, washing machine, fridge, pair of skis, ring, "
        "necklace, watch, backpack, suitcase, bookshelf, dining table, lamp, rug, grill, pressure cooker, toaster, "
        "projector, printer, vacuum cleaner, air fryer, pair of headphones, road bike, electric guitar, secondhand van, "
        "Sony camera, Lego set, yoga mat, {animal} bed, ticket to {city}, copy of {title}, {color} jacket, {color} dress"
    ),
    "show": (
        "{artist}, {artist} in concert, {title}, a play, an opera, a ballet, a musical, the new {title} film, "
        "the exhibition on {subject}, the {sport} final, the {sport} world cup, the {city} marathon, the {city} film "
        "festival, the {city} jazz festival, the {org} annual meeting, the {org} summer party, PyCon, the Venice "
        "Biennale, Glastonbury, Oktoberfest, the Christmas market in {city}, a talk by {person}, {person}'s recital, "
        "{person}'s graduation, {person}'s exhibition, {person} and {person}'s wedding"
    ),
    "area": (
        "Kreuzberg, Le Marais, Trastevere, Chelsea, Alfama, Gracia, Grünerløkka, Södermalm, "
        "Notting Hill, Harlem, Chinatown, the Latin Quarter, Belmont, Eastside, Docklands"
    ),
    "going": (
        "driving to {country}, driving to {city}, flying to {city}, flying to {country}, moving house, "
        "taking the train to {city}, getting married, having a barbecue, painting the bedroom, "
        "going camping, going skiing, renting a boat, having guests over, throwing a party for {person}"
    ),
    "firm": "clinic, startup, agency, bakery, law firm, studio, company, practice, shop, garage, lab, bank",
    "size": "small, local, private, big, Dutch, family owned, new, little, downtown, young",
    "gerund": (
        "moving to {city}, getting a {animal}, adopting, going back to school, buying a house, visiting "
        "{city}, changing jobs, starting my own business, becoming a {job}, learning {language}, taking "
        "up {activity}, selling my {possession}, going to {country}, quitting my job, writing a book, "
        "having kids, studying {subject}, applying to {school}, running a marathon, retiring early"
    ),
    "pronoun": "she, he, she, he, they",
    "status": "married, single, divorced, engaged, widowed, separated",
    "like": "have always loved, could not live without, am fascinated by, truly enjoy, like to eat, have a thing for, am addicted to, love, like, adore, enjoy, really love, really like, absolutely love, am a big fan of, "
    "am really into, am obsessed with, really enjoy, do love, love love love, am crazy about",
    "hate": "hate, can't stand, don't like, dislike, really hate, can't bear, despise, am not a fan of, "
    "do not like, am scared of, am not into, really don't like, have never liked, don't care for",
}

PLURAL = {
    "sibs": "brothers, sisters, siblings, older brothers, younger sisters",
    "kids": "kids, children, daughters, sons, boys, girls, little ones, grown kids",
    "animals": "cats, dogs, chickens, parrots, horses, rabbits, goldfish, hamsters, rescue dogs, huskies",
}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_MORE = {
    "person": (
        "Pieter, An, Jan, Els, Bram, Lotte, Joris, Femke, Wouter, Griet, Sander, Anouk, Koen, Marijke, Tim, Bart, Tine, Wim, Lies, Dirk, Katrien, "
        "Ulla, Jens, Karin, Lars, Astrid, Matti, Aino, Eero, Piotr, Kasia, Marek, Jana, Petr, Milan, Vesna, Goran, Ivana, Zoran, Ana Maria, Bogdan, "
        "Ioana, Andrei, Mihai, Elif, Mehmet, Ayse, Emre, Zeynep, Dimitra, Nikos, Eleni, Yannis, Giulia, Luca, Chiara, Matteo, Francesca, Alessandro, "
        "Camille, Antoine, Manon, Baptiste, Océane, Thibault, Jürgen, Heike, Lukas, Leonie, Moritz, Friederike, Uwe, Sabine, Iker, Nerea, Jordi, Núria, "
        "Rui, Tiago, Joana, Vasco, Beatrix, Rafael, Luciana, Caio, Valentina, Emiliano, Itzel, Paz, Ignacio, Renata, Santi, Consuelo, Hye-jin, Seo-yeon, "
        "Min-ho, Takumi, Haruka, Ren, Aoi, Daichi, Xin, Yifan, Jiahui, Lei, Hong, Siti, Budi, Dewi, Nguyen, Thao, Somchai, Ploy, Arjun, Divya, Kavya, "
        "Sanjay, Meera, Rohan, Ishaan, Pooja, Zainab, Bilal, Hamza, Mariam, Layla, Karim, Youssef, Amal, Nour, Tamar, Noa, Eitan, Shira, Adaeze, Emeka, "
        "Ngozi, Tunde, Folake, Abena, Kojo, Wanjiru, Otieno, Zodwa, Sipho, Lerato, Thabo, Aoife, Cormac, Ciara, Declan, Fiona, Hamish, Morag, Gwen, "
        "Dylan, Rhiannon, Tyrone, Keisha, DeShawn, Latoya, Brandon, Ashley, Kyle, Brittany, Tyler, Madison, Hunter, Savannah, Walter, Doris, Earl, "
        "Mabel, Stanley, Edith, Norman, Ruth, Howard, Gloria, Ray, Joyce, Ian, Nigel, Gemma, Trevor, Poppy, Alfie, Isla, Will, Mark, Rose, Hope, June, "
        "April, May, Dawn, Art, Bill, Jo, Al, Ed, Vi, Bo, Li, Su, Kim, Lou, Sky, River, Sage, Reese, Drew, Quinn, Morgan, Casey, Blake, Rowan"
    ),
    "surname": (
        "Peeters, Janssens, de Vries, van Dijk, Bakker, Larsen, Nilsson, Virtanen, Nowak, Horvat, Popescu, Yilmaz, Papadopoulos, Ferrari, Esposito, "
        "Laurent, Girard, Weber, Becker, Etxeberria, Puig, Ferreira, Costa, Oliveira, Ramirez, Torres, Castillo, Choi, Yamamoto, Sato, Wang, Zhao, Tran, "
        "Sharma, Iyer, Khan, Farouk, Levi, Adeyemi, Boateng, Mwangi, Dlamini, O'Connor, MacLeod, Evans, Washington, Jefferson, Baker, Hill, Young, King"
    ),
    "city": (
        "Sint-Niklaas, Leuven, Mechelen, Namur, Maastricht, Haarlem, Groningen, Eindhoven, Arnhem, Uppsala, Lund, Turku, Odense, Trondheim, Kaunas, Tartu, "
        "Brno, Ostrava, Bratislava, Lodz, Poznan, Wroclaw, Debrecen, Split, Skopje, Tirana, Plovdiv, Varna, Cluj, Thessaloniki, Izmir, Ankara, Trieste, "
        "Verona, Bologna, Bari, Grenoble, Nantes, Lille, Rennes, Dijon, Basel, Graz, Salzburg, Bremen, Dresden, Freiburg, Mainz, Kiel, Zaragoza, Granada, "
        "Coimbra, Braga, Faro, Galway, Limerick, York, Bath, Norwich, Aberdeen, Dundee, Swansea, Plymouth, Sheffield, Omaha, Boise, Tulsa, Memphis, "
        "Detroit, Baltimore, Cleveland, Raleigh, Madison, Spokane, Reno, Tampa, Quebec, Calgary, Halifax, Winnipeg, Monterrey, Oaxaca, Quito, Medellin, "
        "Cusco, La Paz, Montevideo, Cordoba, Recife, Salvador, Curitiba, Dakar, Abidjan, Kumasi, Ibadan, Addis Ababa, Mombasa, Kisumu, Durban, Harare, "
        "Alexandria, Casablanca, Haifa, Muscat, Doha, Lahore, Pune, Jaipur, Chennai, Kolkata, Hyderabad, Chiang Mai, Penang, Cebu, Surabaya, Taipei, "
        "Nagoya, Sapporo, Fukuoka, Busan, Daegu, Chengdu, Wuhan, Xi'an, Hangzhou, Darwin, Hobart, Adelaide, Wellington, Dunedin"
    ),
    "org": (
        "Philips, ING, KBC, Colruyt, Heineken, Ericsson, Novo Nordisk, Lego, Equinor, Rolls-Royce, Tesco, Sainsbury's, the NHS, Santander, Inditex, "
        "Telefonica, Renault, Danone, Orange, Michelin, Eni, Fiat, BASF, SAP, Allianz, Lidl, Roche, Novartis, UBS, Infosys, Tata, Wipro, Grab, Rakuten, "
        "Nintendo, Hyundai, LG, Huawei, Tencent, Canva, Atlassian, Shopify, Bombardier, Petrobras, Mercado Libre, Safaricom, MTN, the Ministry of Health, "
        "the University Hospital, the fire department, the city council, Harbor Freight, Linden Studios, Novatek, Quill & Co, Redwood Analytics, "
        "Tidewater Energy, Copperleaf, Meadowbrook School, Saint Anne's, Kestrel Robotics, Lumen Labs, Vantage Partners, the Daily Herald, Radio Nova"
    ),
}


FILLERS = {name: _split(text) for name, text in {**_LISTS, **PLURAL}.items()}
FILLERS |= {name: tuple(every) for name, every in orders().items()}
FILLERS["errand"] = tuple(listed("errands"))
for _name, _text in _MORE.items():
    FILLERS[_name] += _split(_text)
# what stands for that which is asked for
FILLERS |= {word: (word,) for word in ("where", "who", "whom", "what", "which", "when", "how")}
# "April 9, 1988" carries its comma along
FILLERS["day"] += ("April 9, 1988", "May 5, 1991", "November 17, 1979")

# which fillers are named entities, and of which type
ENTITY = {
    "person": "person", "full": "person", "city": "place", "country": "place", "sight": "place",
    "area": "place", "org": "organization", "school": "organization", "title": "misc",
    "past": "time", "future": "time", "year": "time", "day": "time",
}  # fmt: skip
# fillers of these kinds carry no capital that stands for an unlabelled name
PLAIN = frozenset({"nationality", "language", "condition", "food", "subject", "season", "status"})
