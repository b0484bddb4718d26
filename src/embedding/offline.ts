import { setImmediate } from "node:timers/promises";
import { stemmer } from "stemmer";
import { fnv1a, mix } from "./hashing.ts";
import { subjectsOf } from "./subjects.ts";
import { isUnspaced, tokensOf } from "./tokens.ts";
import type { Embedder } from "./types.ts";
import { baseForm, wordWeight } from "./words.ts";

const DIMENSION = 384;
/** The axes that features are hashed to: all but the one that every text shares. */
const HASHED = DIMENSION - 1;

/**
 * The similarity of texts that have nothing in common. Those of trained models lie there too, above the 0.3 below which recall
 * looks at nothing: a question in other words than the facts ("What has everybody been doing?") still finds the nearest.
 */
const SHARED = 0.4;

/** Texts that are embedded before others get their turn. */
const BATCH = 256;

/** Kinds of features; each has hashes of its own. */
const SEEDS = {
  stem: 0x811c9dc5,
  gram: 0x2f0b4c47,
  pair: 0x7a3d1e95,
  subject: 0x3c6ef372,
  script: 0x51ed270b,
};

/** What the features of a kind add up to, as the length of a word's vector; its stem has length 1. */
const GRAMS_LENGTH = 0.8;
const PAIR_LENGTH = 0.3;
const SUBJECT_LENGTH = 1.1;
const GRAM_SIZES = [3, 4];

/** A token's features: where they go in the vector, and with which weight. */
interface TokenFeatures {
  hash: number;
  weight: number;
  indexes: number[];
  values: number[];
}

/** Words come back: the same few thousand make up most texts. */
const CACHE_LIMIT = 50_000;
const cache = new Map<string, TokenFeatures>();

function add(features: TokenFeatures, hash: number, value: number): void {
  const mixed = mix(hash);
  features.indexes.push((mixed & 0x7fffffff) % DIMENSION);
  features.values.push(mixed >>> 31 === 0 ? value : -value);
}

function featuresOf(token: string): TokenFeatures {
  const known = cache.get(token);
  if (known) return known;
  const features = isUnspaced(token) ? unspacedFeatures(token) : wordFeatures(token);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(token, features);
  return features;
}

function wordFeatures(token: string): TokenFeatures {
  const word = token.replace("’", "'");
  const bare = word.replace(/'s$/, "");
  const stem = stemmer(baseForm(bare));
  const features: TokenFeatures = {
    hash: fnv1a(stem, SEEDS.stem),
    weight: Math.min(wordWeight(word), wordWeight(bare)),
    indexes: [],
    values: [],
  };
  add(features, features.hash, 1);
  const subjects = subjectsOf(stem);
  for (const subject of subjects) {
    add(features, fnv1a(String(subject), SEEDS.subject), SUBJECT_LENGTH / Math.sqrt(subjects.length));
  }
  // Letters that words share: other inflections, compounds, typing errors.
  const marked = `<${bare}>`;
  const grams = GRAM_SIZES.flatMap((size) =>
    Array.from({ length: Math.max(0, marked.length - size + 1) }, (_, start) =>
      fnv1a(marked, SEEDS.gram + size, start, start + size),
    ),
  );
  for (const gram of grams) add(features, gram, GRAMS_LENGTH / Math.sqrt(grams.length));
  return features;
}

/** Of a run of characters without spaces: each character, and each pair of neighbours. */
function unspacedFeatures(token: string): TokenFeatures {
  const characters = Array.from(token);
  const features: TokenFeatures = { hash: fnv1a(token, SEEDS.stem), weight: 1, indexes: [], values: [] };
  for (const [index, character] of characters.entries()) {
    add(features, fnv1a(character, SEEDS.script), 0.5);
    const next = characters[index + 1];
    if (next !== undefined) add(features, fnv1a(character + next, SEEDS.script), 1);
  }
  return features;
}

/**
 * The vector of a text: stems, letter n-grams and pairs of neighbouring words, hashed with signs into 384 dimensions. A word
 * that comes n times counts √n. Only additions, products and square roots, so every machine computes the same.
 */
function embedText(text: string): Float32Array {
  const all = tokensOf(text).map(featuresOf);
  const content = all.filter((features) => features.weight > 0);
  // A text of nothing but stop words is still told from others by them.
  const used = content.length > 0 ? content : all.map((features) => ({ ...features, weight: 1 }));
  const sums = new Float64Array(HASHED);
  const counts = new Map<TokenFeatures, number>();
  let previous: TokenFeatures | undefined;
  for (const features of used) {
    counts.set(features, (counts.get(features) ?? 0) + 1);
    if (previous) {
      const hash = mix(Math.imul(previous.hash, 31) ^ features.hash ^ SEEDS.pair);
      const value = PAIR_LENGTH * Math.min(previous.weight, features.weight);
      const index = (hash & 0x7fffffff) % HASHED;
      sums[index] = (sums[index] ?? 0) + (hash >>> 31 === 0 ? value : -value);
    }
    previous = features;
  }
  for (const [{ weight, indexes, values }, count] of counts) {
    const factor = weight * Math.sqrt(count);
    for (let feature = 0; feature < indexes.length; feature += 1) {
      const index = indexes[feature] ?? 0;
      sums[index] = (sums[index] ?? 0) + factor * (values[feature] ?? 0);
    }
  }
  return normalize(sums);
}

/** To unit length, with what every text shares on the last axis. A text without any word has nothing else. */
function normalize(sums: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sums) squares += value * value;
  const vector = new Float32Array(DIMENSION);
  vector[HASHED] = squares === 0 ? 1 : Math.sqrt(SHARED);
  const factor = squares === 0 ? 0 : Math.sqrt((1 - SHARED) / squares);
  for (let index = 0; index < HASHED; index += 1) vector[index] = (sums[index] ?? 0) * factor;
  return vector;
}

/** Embeds without a model: texts are near one another when they share words, in whatever inflection, or most of their letters. */
export const offlineEmbedder: Embedder = {
  provider: "offline",
  dimension: DIMENSION,
  async embed(texts) {
    const vectors: Float32Array[] = [];
    for (const [index, text] of texts.entries()) {
      if (index > 0 && index % BATCH === 0) await setImmediate();
      vectors.push(embedText(text));
    }
    return vectors;
  },
};
