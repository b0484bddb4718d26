import { NOT_AFTER_NUMBERS, SIGNS, type Vocabulary, wordList } from "./vocabulary.ts";

// Of languages other than English only what stands beside a number in figures matters.

export const GERMAN: Vocabulary = {
  language: "de",
  order: "DMY",
  sentenceEnd: NOT_AFTER_NUMBERS,
  skipped: `etwa uhr um und ${SIGNS}`,
  words: wordList(`
    monday: mo montag mon
    tuesday: di dienstag die
    wednesday: mi mittwoch mit
    thursday: do donnerstag don
    friday: fr freitag fre
    saturday: sa samstag sam
    sunday: so sonntag son
    january: jan januar janner
    february: feb februar feber
    march: mar marz mrz
    april: apr april
    may: mai
    june: jun juni
    july: jul juli
    august: aug august
    september: sep sept september
    october: okt oktober
    november: nov november
    december: dez dezember
    year: j jahr jahre jahren
    month: m monat monate monaten
    week: w woche wochen
    day: tag tage tagen
    hour: std stunde stunden
    minute: min minute minuten
    second: sek sekunde sekunden
    ago: vor
    in: in im
    am: am vorm
    pm: pm nachm
    0 second ago: jetzt
    0 minute ago: in_dieser_minute
    0 hour ago: in_dieser_stunde
    0 month ago: diesen_monat
    0 week ago: diese_woche
    in 1 day: morgen
    in 1 month: nachsten_monat
    in 1 week: nachste_woche
    2 day ago: vorgestern
    in 2 day: ubermorgen
  `),
  rewritings: [
    ["ein(?:er|em)?", "1"],
    ...["zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf"].map(
      (word, index): [string, string] => [word, String(index + 2)],
    ),
  ],
};

export const DUTCH: Vocabulary = {
  language: "nl",
  order: "DMY",
  skipped: `om ${SIGNS}`,
  words: wordList(`
    monday: ma maandag
    tuesday: di dinsdag
    wednesday: wo woensdag
    thursday: do donderdag
    friday: vr vrijdag
    saturday: za zaterdag
    sunday: zo zondag
    january: jan januari
    february: feb februari
    march: maart mrt
    april: apr april
    may: mei
    june: jun juni
    july: jul juli
    august: aug augustus
    september: sep september
    october: okt oktober
    november: nov november
    december: dec december
    year: jaar jr
    month: maand mnd maanden
    week: week wk weken
    day: dag dagen
    hour: u uur
    minute: min minuut minuten
    second: s sec seconde seconden
    ago: geleden
    in: in
    0 day ago: vandaag
    0 second ago: nu
    0 month ago: deze_maand
    0 week ago: deze_week
    1 day ago: gisteren
    1 month ago: vorige_maand
    1 week ago: vorige_week
    in 1 day: morgen
    in 1 month: volgende_maand
    in 1 week: volgende_week
    2 day ago: eergisteren
    in 2 day: overmorgen
  `),
};

export const RUSSIAN: Vocabulary = {
  language: "ru",
  order: "DMY",
  skipped: `в во и около примерно ${SIGNS}`,
  words: wordList(`
    monday: пн понедельник пнд
    tuesday: вт вторник втр
    wednesday: ср среда срд среду
    thursday: чт четверг чтв
    friday: пт пятница птн пятницу
    saturday: сб суббота сбт субботу
    sunday: вс воскресенье воскресение вск
    january: янв январь января
    february: февр февраль февраля фев
    march: мар март марта
    april: апр апрель апреля
    may: маи мая
    june: июн июнь июня
    july: июл июль июля
    august: авг август августа
    september: сент сентябрь сентября сен
    october: окт октябрь октября
    november: нояб ноябрь ноября ноя
    december: дек декабрь декабря
    year: г год года году лет
    month: мес месяц месяца месяцев
    week: нед неделя недели недель неделю
    day: день дн дня днеи сутки суток
    hour: ч час часы часа часов
    minute: мин минута минуты минут минуту
    second: с сек секунда секунды секунд секунду
    ago: назад
    in: спустя через в_течение
    am: am дп
    pm: pm пп
    0 second ago: сеичас
    in 1 day: завтра
    in 2 day: послезавтра
  `),
};
