import { SIGNS, type Vocabulary, wordList } from "./vocabulary.ts";

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
