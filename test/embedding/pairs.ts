/** Sentences that say the same with words in common: in other forms, in another order. */
export const PARAPHRASES: readonly (readonly [string, string])[] = [
  ["Maya moved to Lisbon last spring.", "Last spring Maya relocated to Lisbon."],
  ["He is allergic to peanuts and shellfish.", "Peanuts and shellfish trigger his allergy."],
  ["The meeting was postponed until Thursday.", "They have postponed Thursday's meeting."],
  ["Our cat loves sleeping on the radiator.", "The radiator is where the cat sleeps."],
  ["Ben started learning the cello in March.", "Ben has been taking cello lessons since March."],
  ["The company will open an office in Berlin.", "A Berlin office is going to be opened by the company."],
  ["She painted the kitchen yellow.", "Her kitchen has been painted yellow."],
  [
    "I ran the Porto marathon in under four hours.",
    "My time in the Porto marathon was less than four hours.",
  ],
  ["The invoice was paid twice by mistake.", "By mistake we paid an invoice two times."],
  ["Ines teaches chemistry at a secondary school.", "Ines is a chemistry teacher."],
  ["The train to Vienna was delayed by snow.", "Snow delayed our Vienna train."],
  ["He sold his motorcycle to a neighbour.", "A neighbour bought his motorcycle."],
  ["The library closes at six on weekdays.", "On weekdays the library is closed after six."],
  ["They are expecting a baby in October.", "Their baby is due in October."],
  ["We repaired the leaking roof ourselves.", "The roof was leaking, so we did the repairs."],
  ["Her favourite composer is Shostakovich.", "She likes the composer Shostakovich best."],
  ["The server runs out of memory every night.", "Each night the server's memory is exhausted."],
  ["He volunteers at an animal shelter.", "He does volunteer work for the animal shelter."],
  [
    "The vineyard produced very little wine this year.",
    "This year there was hardly any wine from the vineyard.",
  ],
  ["Tickets for the concert were sold out within minutes.", "The concert tickets sold out in a few minutes."],
];

/** Questions, and facts as they are embedded: with labels, date and names. */
export const QUESTIONS: readonly (readonly [string, string])[] = [
  [
    "Where does Maya live now?",
    "Maya moved to Lisbon last Friday. | When: June 9, 2023 | Involving: Maya (happened in June 2023) [Maya, Lisbon]",
  ],
  [
    "What must the user not eat?",
    "The user is allergic to peanuts and cannot eat them. | Involving: the user (happened in January 2025) [user]",
  ],
  [
    "Which instrument is Ben learning?",
    "Ben is learning the cello with a teacher from Kyiv. | Involving: Ben (happened in March 2024) [Ben, Kyiv]",
  ],
  [
    "When was the launch moved?",
    "Decisions: Launch moves from 1 July to 15 July | When: July 15, 2023 (happened in July 2023)",
  ],
  ["Who owns the pricing page?", "Decisions: Priya owns the pricing page (happened in June 2023) [Priya]"],
  [
    "What is the name of Tom's dog?",
    "Tom's dog is called Biscuit and is seven years old. | Involving: Tom (happened in May 2023) [Tom, Biscuit]",
  ],
  [
    "What does Ines teach?",
    "Ines teaches chemistry at a school in Braga. | Involving: Ines (happened in May 2023) [Ines, Braga]",
  ],
  [
    "How much is the marketing budget?",
    "The marketing budget stays at 40,000 euros. (happened in June 2023)",
  ],
  [
    "Which database did the team choose?",
    "The team chose Postgres as its database. (happened in April 2024) [Postgres]",
  ],
  [
    "Where did Clara study medicine?",
    "Clara studied medicine in Heidelberg from 2011. | Involving: Clara (happened in January 2011) [Clara, Heidelberg]",
  ],
  [
    "What happened to the greenhouse?",
    "A storm broke the windows of the greenhouse. | When: October 2, 2023 (happened in October 2023)",
  ],
  [
    "Who repaired the boiler?",
    "Mr. Novak repaired the boiler in the cellar. (happened in November 2023) [Mr. Novak]",
  ],
  [
    "What is the wifi password of the cottage?",
    "The cottage's wifi password is on the fridge. (happened in August 2023)",
  ],
  [
    "Did Oskar pass his driving test?",
    "Oskar passed the driving test on his second try. (happened in September 2023) [Oskar]",
  ],
  [
    "Which museum did they visit in Madrid?",
    "They visited the Prado museum in Madrid. (happened in April 2023) [Prado, Madrid]",
  ],
  ["What kind of tea does grandma drink?", "Grandma only drinks jasmine tea. (happened in February 2024)"],
];
