/** Abbreviations of time zones with their offsets from UTC in minutes. */
const ABBREVIATIONS = `
ACDT+630 ACST+570 ACT-300 ADT-180 AEDT+660 AEST+600 AFT+270 AKDT-480 AKST-540 AMST-180 AMT-240 ART-180
AST-240 AWST+480 AZOST+0 AZOT-60 AZT+240 BIOT+360 BNT+480 BOT-240 BRST-120 BRT-180 BST+660 BTT+360 CAT+120
CCT+390 CDT-300 CEST+120 CET+60 CHADT+825 CHAST+765 CHOT+480 CIST-480 CKT-600 CLST-180 CLT-240 COST-240
COT-300 CST-360 CVT-60 CWST+525 CXT+420 ChST+600 DAVT+420 DDUT+600 DFT+60 EASST-300 EAST-360 EAT+180 ECT-300
EDT-240 EEDT+180 EEST+180 EET+120 EGST+0 EGT-60 EST-300 ET-300 FET+180 FJT+720 FKST-180 FKT-240 FNT-120
GALT-360 GAMT-540 GET+240 GFT-180 GILT+720 GIT-540 GMT+0 GST+240 GYT-240 HAT-150 HAY-480 HDT-570 HKT+480
HOVT+420 HST-600 ICT+420 IDT+180 IOT+360 IRDT+270 IRKT+480 IRST+210 IST+120 JST+540 KGT+360 KOST+660
KRAT+420 KST+540 LHST+630 LINT+840 MAGT+660 MART-570 MAWT+300 MDT-360 MEST+120 MET+60 MHT+720 MIST+660
MIT-570 MMT+390 MOST+540 MSK+180 MST-420 MUST+300 MUT+240 MVT+300 MYT+480 NCT+660 NDT-90 NET+20 NFT+690
NPT+345 NST-150 NT-150 NUT-660 NZDT+780 NZST+720 OMST+420 ORAT+300 PDT-420 PET-300 PETT+720 PGT+600 PHOT+780
PHT+480 PKT+300 PMDT-120 PMST-180 PONT+660 PST-480 PT-480 PYST-180 PYT-240 RET+240 ROTT-180 SAKT+660
SAMT+240 SAST+120 SBT+660 SCT+240 SDT-600 SET+60 SGT+480 SLT+330 SRET+660 SRT-180 SST-660 STAT+180 SYOT+180
TAHT-600 TFT+300 THA+420 TJT+300 TKT-660 TLT+540 TMT+300 TOST+840 TOT+780 TRT+180 TVT+720 ULAST+540 ULAT+480
UT+0 UTC+0 UYST-120 UYT-180 UZT+300 VET-270 VLAT+600 VOLT+240 VOST+360 VUT+660 WAST+120 WAT+60 WEST+60 WET+0
WFT+720 WGST-120 WGT-180 WIB+420 WIT+420 WITA+480 WST+480 WT+0 YAKT+540 YEKT+300 Z+0 zzz+0`;

const OFFSETS = new Map(
  [...ABBREVIATIONS.matchAll(/([A-Za-z]+)([+-]\d+)/g)].map(([, name = "", minutes]) => [
    name,
    Number(minutes),
  ]),
);
const NAMES = [...OFFSETS.keys()].join("|");
const NAMED = new RegExp(`(?<![\\p{L}])(?<!^)(${NAMES})(?:$|[^\\p{L}\\p{N}_])`, "iu");
const BY_UPPER_CASE = new Map([...OFFSETS].map(([name, minutes]) => [name.toUpperCase(), minutes]));

/** `+05:30`, `-0800`, and after UTC or GMT also `+3`, at the end. */
const NUMERIC = /(?<!^)(?:(?:UTC|GMT)([+-]\d{1,2})(?::?(\d\d).*)?|([+-]\d\d):?(\d\d))$/i;
const FRACTIONS = new Set(["00", "30", "45"]);

const STARTS_WITH_ZONE = new RegExp(`^(?:${NAMES}|[+-](?:0\\d|1[0-4]):?(?:00|30|45))`);

/** Whether a word begins like a time zone. Case matters: `West` is a word, `WEST` a zone. */
export function startsWithZone(word: string): boolean {
  return STARTS_WITH_ZONE.test(word);
}

/** A text without the first time zone in it, and that zone's offset in minutes. */
export function takeZone(text: string): { text: string; offset: number | null } {
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, hours = numeric[3] ?? "0", minutes = numeric[4] ?? "00"] = numeric;
    const total = Math.abs(Number(hours)) * 60 + Number(minutes);
    if (total <= 14 * 60 && FRACTIONS.has(minutes)) {
      return { text: text.slice(0, numeric.index), offset: hours.startsWith("-") ? -total : total };
    }
  }
  const named = NAMED.exec(text);
  if (!named) return { text, offset: null };
  return {
    text: text.slice(0, named.index) + text.slice(named.index + named[0].length),
    offset: BY_UPPER_CASE.get((named[1] ?? "").toUpperCase()) ?? 0,
  };
}
