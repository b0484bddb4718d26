/** One talk of two friends: when it took place, and who said what. */
export interface Session {
  id: string;
  /** When it began, as ISO 8601 with the speakers' own offset. */
  timestamp: string;
  turns: { speaker: "Maya" | "Jonas"; text: string }[];
}

/** Maya and Jonas, over ten months: two friends from university who call each other every few weeks. */
export const conversation: Session[] = [
  {
    id: "session-1",
    timestamp: "2024-01-14T19:30:00+01:00",
    turns: [
      {
        speaker: "Maya",
        text: "Hi Jonas! I finally unpacked the last box yesterday. I moved to Lisbon on the 4th of January.",
      },
      { speaker: "Jonas", text: "Congratulations! How is the new flat?" },
      { speaker: "Maya", text: "It is small, on the third floor in Alfama, with a balcony above a bakery." },
      { speaker: "Jonas", text: "A bakery below your window sounds dangerous." },
      {
        speaker: "Maya",
        text: "It would be, but I am allergic to hazelnuts, and half of what they sell has hazelnuts in it.",
      },
      { speaker: "Jonas", text: "I remember that evening in Hamburg with the ambulance. Please be careful." },
      { speaker: "Maya", text: "I carry my adrenaline pen everywhere. How is the new job?" },
      {
        speaker: "Jonas",
        text: "I started at Nordwind Robotics in November. I write the software that steers the warehouse robots.",
      },
      { speaker: "Maya", text: "And do you still play the cello?" },
      { speaker: "Jonas", text: "Every Tuesday evening, in the amateur orchestra of the Laeiszhalle." },
      {
        speaker: "Maya",
        text: "My new team at Atlas Maps is friendly. I work there as a cartographer, mostly on hiking trails.",
      },
    ],
  },
  {
    id: "session-2",
    timestamp: "2024-03-03T18:00:00+01:00",
    turns: [
      {
        speaker: "Jonas",
        text: "Sorry that I missed your call. I was in Oslo last weekend for a robotics fair.",
      },
      { speaker: "Maya", text: "Did you see anything interesting there?" },
      {
        speaker: "Jonas",
        text: "A robot from Kyoto that folds shirts. Our director wants to buy two of them.",
      },
      { speaker: "Maya", text: "I adopted a dog! Her name is Pimenta and she is a three-year-old podengo." },
      { speaker: "Jonas", text: "You always wanted a dog. Where did you find her?" },
      {
        speaker: "Maya",
        text: "At the shelter in Sintra. I drove there with my neighbour Teresa on the 24th of February.",
      },
      { speaker: "Jonas", text: "Does Pimenta like the balcony?" },
      { speaker: "Maya", text: "She sleeps there all day, and she barks at the tram." },
      {
        speaker: "Jonas",
        text: "I bought a red folding bicycle so that I can take it on the train to work.",
      },
      {
        speaker: "Maya",
        text: "I have started to learn Portuguese. My teacher Senhor Duarte comes every Monday and Thursday.",
      },
      { speaker: "Jonas", text: "Say something!" },
      { speaker: "Maya", text: "Bom dia, Jonas. That is all that you get for free." },
    ],
  },
  {
    id: "session-3",
    timestamp: "2024-05-19T20:15:00+02:00",
    turns: [
      { speaker: "Maya", text: "How was the concert?" },
      {
        speaker: "Jonas",
        text: "We played Dvořák's cello concerto on Friday. I only got lost once, in the second movement.",
      },
      {
        speaker: "Maya",
        text: "I would have loved to hear it. My sister Ines had a baby two weeks ago, a boy called Tomás.",
      },
      { speaker: "Jonas", text: "Then you are an aunt! Where does Ines live now?" },
      {
        speaker: "Maya",
        text: "She lives in Porto with her husband Rui, who runs a bookshop near the river.",
      },
      { speaker: "Jonas", text: "I want to tell you something. I have decided to become a vegetarian." },
      { speaker: "Maya", text: "You? You ate a whole duck at my graduation." },
      {
        speaker: "Jonas",
        text: "I know. My doctor told me that my cholesterol is too high, so I stopped eating meat in April.",
      },
      { speaker: "Maya", text: "I will cook you my mushroom rice when you visit." },
      {
        speaker: "Jonas",
        text: "I booked a flight to Lisbon for the 12th of July, and I will stay for nine days.",
      },
      { speaker: "Maya", text: "Wonderful! Pimenta will give you her blanket." },
    ],
  },
  {
    id: "session-4",
    timestamp: "2024-07-28T19:00:00+02:00",
    turns: [
      {
        speaker: "Jonas",
        text: "Thank you again for the nine days. My colleagues say that I am brown like a chestnut.",
      },
      {
        speaker: "Maya",
        text: "The best day was the hike on the Arrábida ridge, apart from your broken sandal.",
      },
      {
        speaker: "Jonas",
        text: "I walked the last four kilometres in socks. The cobbler in Setúbal could not save the sandal.",
      },
      {
        speaker: "Maya",
        text: "I used our track for the new trail map. Atlas Maps will publish it in September.",
      },
      { speaker: "Jonas", text: "Will my name be on it?" },
      { speaker: "Maya", text: "There is a small sock drawn beside kilometre fourteen. That is you." },
      {
        speaker: "Jonas",
        text: "I have news too. Nordwind Robotics made me team lead of the navigation group last week.",
      },
      { speaker: "Maya", text: "That is great! How many people are in the group?" },
      { speaker: "Jonas", text: "Seven, and all of them know more about lidar than I do." },
      {
        speaker: "Maya",
        text: "Teresa taught me how to make pastéis de nata without nuts. They were gone in ten minutes.",
      },
    ],
  },
  {
    id: "session-5",
    timestamp: "2024-09-22T18:45:00+02:00",
    turns: [
      { speaker: "Maya", text: "I have to tell you something. I gave notice on the flat in Alfama." },
      { speaker: "Jonas", text: "Why? You loved the balcony!" },
      {
        speaker: "Maya",
        text: "The rent went up by four hundred euros. I moved to Porto on the 15th of September, to be near Ines and Tomás.",
      },
      { speaker: "Jonas", text: "So you no longer live in Lisbon. And your job?" },
      {
        speaker: "Maya",
        text: "I kept it. Atlas Maps lets me work from home, and I take the train to the office once a month.",
      },
      { speaker: "Jonas", text: "How does Pimenta like the move?" },
      {
        speaker: "Maya",
        text: "She has discovered the beach at Matosinhos, and she comes home full of sand.",
      },
      {
        speaker: "Jonas",
        text: "I had to give up the cello for a while. I broke my left wrist when I fell off the folding bicycle in August.",
      },
      { speaker: "Maya", text: "Oh no! Does it heal well?" },
      {
        speaker: "Jonas",
        text: "The cast came off on Wednesday. The physiotherapist, Frau Petersen, says that I can play again in November.",
      },
      {
        speaker: "Maya",
        text: "Rui gave me the keys of the bookshop. I draw there in the evenings, when it is quiet.",
      },
    ],
  },
  {
    id: "session-6",
    timestamp: "2024-11-10T17:30:00+01:00",
    turns: [
      {
        speaker: "Jonas",
        text: "I played the cello again on Tuesday, for twenty minutes. It sounded like a door, but it was wonderful.",
      },
      { speaker: "Maya", text: "I am so glad! The trail map sold two thousand copies in its first month." },
      { speaker: "Jonas", text: "Two thousand people know about my sock." },
      {
        speaker: "Maya",
        text: "And I changed my mind about the Portuguese lessons. I stopped them, because Ines speaks it with me all day.",
      },
      {
        speaker: "Jonas",
        text: "I changed my mind as well. I eat fish again since October, because I was tired all the time.",
      },
      { speaker: "Maya", text: "So no meat, but fish. Then I can make you grilled sardines." },
      { speaker: "Jonas", text: "I sold the red bicycle to a student from Kiel. My mother insisted." },
      { speaker: "Maya", text: "Your mother is right. Will you come for New Year?" },
      {
        speaker: "Jonas",
        text: "Yes, I bought the tickets this morning. I arrive in Porto on the 28th of December.",
      },
      { speaker: "Maya", text: "Tomás has two teeth now, and he tries them on Pimenta's ears." },
      { speaker: "Jonas", text: "Tell him that she was here first." },
    ],
  },
];
