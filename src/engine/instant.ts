export { instantAt, withFraction } from "../store/micro-date.ts";
