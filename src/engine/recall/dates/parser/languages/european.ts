import { SIGNS, type Vocabulary, wordList } from "./vocabulary.ts";

/** Where a full stop after a number belongs to a date, as in `3. Mai`. */
export const NOT_AFTER_NUMBERS = /(?<!\d)[.!?;…\r\n]+\s*/;

// Of languages other than English only what stands beside a number in figures matters.

export const SPANISH: Vocabulary = {
  language: "es",
  order: "DMY",
  sentenceEnd: /[.!?;…\r\n]+\s*[¡¿]*|[¡¿]+/,
  skipped: `a_las cerca de del y ${SIGNS}`,
  words: wordList(`
    monday: lun lunes lu
    tuesday: martes
    wednesday: mie miercoles mi
    thursday: jue jueves ju
    friday: vie viernes vi
    saturday: sab sabado sa
    sunday: dom domingo do
    january: ene enero
    february: feb febrero
    march: mar marzo
    april: abr abril
    may: may mayo
    june: jun junio
    july: jul julio
    august: ago agosto
    september: sept septiembre setiembre sep set
    october: oct octubre
    november: nov noviembre
    december: dic diciembre
    year: a ano anos
    month: m mes meses
    week: sem semana semanas
    day: d dia dias
    hour: h hora horas
    minute: min minuto minutos
    second: s segundo segundos
    ago: hace
    in: en
    0 second ago: ahora
    1 week ago: la_semana_pasada sem_ant
    in 1 day: manana
    2 day ago: anteayer
    in 1 month: el_proximo_mes
    in 1 week: la_proxima_semana
  `),
  rewritings: [["una?", "1"]],
};

export const FRENCH: Vocabulary = {
  language: "fr",
  order: "DMY",
  skipped: `environ er et le a ${SIGNS}`,
  words: wordList(`
    monday: lun lundi lu
    tuesday: mar mardi ma
    wednesday: mer mercredi me
    thursday: jeu jeudi je
    friday: ven vendredi ve
    saturday: sam samedi sa
    sunday: dim dimanche di
    january: janv janvier jan
    february: fevr fevrier fev
    march: mars
    april: avr avril
    may: mai
    june: juin jun
    july: juil juillet jul
    august: aout aou
    september: sept septembre sep
    october: oct octobre
    november: nov novembre
    december: dec decembre
    year: an annee annees ans
    month: m mois
    week: sem semaine semaines
    day: j jour jours
    hour: h heure heures
    minute: min minute minutes
    second: s seconde secondes
    ago: il_ya il_y_a
    in: dans en apres
    0 second ago: maintenant
    1 week ago: la_semaine_derniere
    in 1 day: demain
    in 1 month: le_mois_prochain
    in 1 week: la_semaine_prochaine
    2 day ago: avant-hier
    in 2 day: apres-demain
  `),
  rewritings: [
    ["d'une?", "1"],
    ["une?", "1"],
    ["#\\s+h\\s+#\\s+min", "$1h$2m"],
    ["#h#m?", "$1:$2"],
    ...["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"].map(
      (word, index): [string, string] => [word, String(index + 2)],
    ),
  ],
};

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

export const ITALIAN: Vocabulary = {
  language: "it",
  order: "DMY",
  skipped: `circa e alle ${SIGNS}`,
  words: wordList(`
    monday: lun lunedi
    tuesday: martedi
    wednesday: mercoledi
    thursday: gio giovedi
    friday: ven venerdi
    saturday: sab sabato
    sunday: dom domenica
    january: gen gennaio
    february: feb febbraio
    march: mar marzo
    april: apr aprile
    may: mag maggio
    june: giu giugno
    july: lug luglio
    august: ago agosto
    september: set settembre
    october: ott ottobre
    november: nov novembre
    december: dic dicembre
    year: anno anni
    month: mese mesi
    week: sett settimana settimane
    day: g giorno giorni
    hour: h ore
    minute: min minuto minuti m
    second: s secondo secondi sec
    ago: fa
    in: in
    0 second ago: ora
    0 month ago: questo_mese
    0 week ago: questa_settimana questa_sett
    1 month ago: mese_scorso
    1 week ago: settimana_scorsa sett_scorsa
    1 year ago: anno_scorso
    in 1 day: domani
    in 1 month: mese_prossimo
    in 1 week: settimana_prossima sett_prossima
    in 1 year: anno_prossimo
    2 day ago: altro_ieri
  `),
};

export const PORTUGUESE: Vocabulary = {
  language: "pt",
  order: "DMY",
  skipped: `cerca de e as ${SIGNS}`,
  words: wordList(`
    monday: segunda-feira segunda
    tuesday: ter terca-feira terca
    wednesday: qua quarta-feira quarta
    thursday: qui quinta-feira quinta
    friday: sex sexta-feira sexta
    saturday: sabado sab
    sunday: dom domingo
    january: jan janeiro
    february: fev fevereiro
    march: mar marco
    april: abr abril
    may: mai maio
    june: jun junho
    july: jul julho
    august: ago agosto
    september: set setembro septembro
    october: out outubro
    november: nov novembro
    december: dez dezembro
    year: ano anos
    month: mes meses
    week: sem semana semanas
    day: dia dias
    hour: h hora horas
    minute: min minuto minutos m
    second: seg segundo segundos s
    ago: atras ha
    in: em
    0 day ago: hoje
    0 second ago: agora
    1 day ago: ontem
    1 month ago: mes_passado
    1 week ago: semana_passada
    1 year ago: ano_passado
    in 1 day: amanha
    in 1 month: proximo_mes
    in 1 week: proxima_semana
    in 1 year: proximo_ano
    2 day ago: anteontem
  `),
  rewritings: [["uma?", "1"]],
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
