import { addDays, civilOf, weekdayOf } from "./civil.ts";
import { phrase } from "./phrase.ts";
import { monthBefore, relativeSpan, type Span, yearSpan } from "./span.ts";

/** A phrase that always means the same days, seen from the reference. */
interface RelativeRule {
  phrase: RegExp;
  span(reference: number): Span;
}

/** From so many days before the reference to so many days before it. */
function daysAgo(alternatives: string, from: number, to: number): RelativeRule {
  return {
    phrase: phrase(alternatives),
    span: (reference) => relativeSpan(addDays(reference, -from), addDays(reference, -to)),
  };
}

/** In English, Spanish, Italian, French, German and Russian. The first that a query holds decides. */
const RULES: RelativeRule[] = [
  daysAgo("yesterday|ayer|ieri|hier|gestern|вчера", 1, 1),
  daysAgo("позавчера", 2, 2),
  daysAgo("today|hoy|oggi|aujourd'?hui|heute|сегодня", 0, 0),
  daysAgo("couple (?:of )?days? ago", 3, 1),
  daysAgo("few days? ago", 5, 2),
  daysAgo("пар[уы]? (?:дней|дня) назад", 3, 1),
  daysAgo("несколько дней назад", 5, 2),
  daysAgo("couple (?:of )?weeks? ago", 21, 7),
  daysAgo("few weeks? ago", 35, 14),
  daysAgo("пар[уы]? недель назад", 21, 7),
  daysAgo("несколько недель назад", 35, 14),
  daysAgo("couple (?:of )?months? ago", 90, 30),
  daysAgo("few months? ago", 150, 60),
  daysAgo("пар[уы]? месяцев назад", 90, 30),
  daysAgo("несколько месяцев назад", 150, 60),
  {
    phrase: phrase(
      "last week|la semana pasada|la settimana scorsa|la semaine derni[eè]re|letzte woche|прошлой неделе|прошлая неделя",
    ),
    span(reference) {
      const monday = addDays(reference, -weekdayOf(reference) - 7);
      return relativeSpan(monday, addDays(monday, 6));
    },
  },
  {
    phrase: phrase(
      "last month|el mes pasado|il mese scorso|le mois dernier|letzten? monat|прошлом месяце|прошлый месяц",
    ),
    span: monthBefore,
  },
  {
    phrase: phrase(
      "last year|el a[ñn]o pasado|l'anno scorso|l'ann[ée]e derni[eè]re|letztes? jahr|прошлом году|прошлый год",
    ),
    span: (reference) => yearSpan(civilOf(reference).year - 1),
  },
  {
    phrase: phrase(
      "last weekend|el fin de semana pasado|lo scorso fine settimana|le week-?end dernier|letztes? wochenende" +
        "|прошлых? выходных|прошлые выходные",
    ),
    span(reference) {
      // Asked on a weekend, it is not that one.
      const sinceSaturday = (weekdayOf(reference) + 2) % 7;
      const saturday = addDays(reference, -(sinceSaturday <= 1 ? sinceSaturday + 7 : sinceSaturday));
      return relativeSpan(saturday, addDays(saturday, 1));
    },
  },
];

export function relativePhrase(query: string, reference: number): Span | undefined {
  return RULES.find((rule) => rule.phrase.test(query))?.span(reference);
}
