/**
 * Compares two OpenAPI documents by what a client sees: which operations there are, their parameters, bodies and answers,
 * their fields, which of these are required, and their types. Names of parts, texts, examples and defaults are not looked at.
 */

const METHODS = ["get", "post", "put", "patch", "delete"];

/** @returns a line for each difference: "<where>: <what>", the other document's first. */
export function compareDocuments(own, other) {
  const differences = [];
  const report = (where, what) => differences.push(`${where}: ${what}`);
  const operations = (document) =>
    new Map(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        METHODS.filter((method) => methods[method]).map((method) => [
          `${method.toUpperCase()} ${path}`,
          methods[method],
        ]),
      ),
    );
  const [ownOperations, otherOperations] = [operations(own), operations(other)];
  for (const [name, operation] of otherOperations) {
    const mine = ownOperations.get(name);
    if (!mine) report(name, "is not here");
    else compareOperations(name, [mine, own], [operation, other], report);
  }
  for (const name of ownOperations.keys()) if (!otherOperations.has(name)) report(name, "is only here");
  return differences;
}

function compareOperations(name, [own, ownDocument], [other, otherDocument], report) {
  const parameters = (operation) =>
    new Map(
      (operation.parameters ?? []).map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]),
    );
  const [ownParameters, otherParameters] = [parameters(own), parameters(other)];
  for (const key of new Set([...otherParameters.keys(), ...ownParameters.keys()])) {
    const [mine, theirs] = [ownParameters.get(key), otherParameters.get(key)];
    const where = `${name} ${key}`;
    if (!mine || !theirs) {
      report(where, mine ? "is only here" : "is not here");
      continue;
    }
    if (Boolean(mine.required) !== Boolean(theirs.required)) report(where, required(theirs, mine));
    // A parameter of a URL cannot be null, whatever its schema says.
    const types = [
      [mine, ownDocument],
      [theirs, otherDocument],
    ].map(([parameter, document]) => withoutNull(shape(parameter.schema ?? {}, document)));
    compareShapes(where, types[0], types[1], report);
  }
  compareBodies(name, [own.requestBody, ownDocument], [other.requestBody, otherDocument], report);
  for (const status of new Set([...Object.keys(other.responses), ...Object.keys(own.responses)])) {
    const where = `${name} ${status}`;
    const [mine, theirs] = [own.responses[status], other.responses[status]];
    if (!mine || !theirs) report(where, mine ? "is only here" : "is not here");
    else compareContents(where, [mine.content, ownDocument], [theirs.content, otherDocument], report);
  }
}

function compareBodies(name, [own, ownDocument], [other, otherDocument], report) {
  const where = `${name} body`;
  if (!own && !other) return;
  if (!own || !other) return report(where, own ? "is only here" : "is not here");
  if (Boolean(own.required) !== Boolean(other.required)) report(where, required(other, own));
  compareContents(where, [own.content, ownDocument], [other.content, otherDocument], report);
}

function compareContents(where, [own = {}, ownDocument], [other = {}, otherDocument], report) {
  for (const type of new Set([...Object.keys(other), ...Object.keys(own)])) {
    if (!own[type] || !other[type]) report(where, `${type} is ${own[type] ? "only" : "not"} here`);
    else {
      const [mine, theirs] = [
        shape(own[type].schema ?? {}, ownDocument),
        shape(other[type].schema ?? {}, otherDocument),
      ];
      compareShapes(where, mine, theirs, report);
    }
  }
}

function required(other, own) {
  const word = (of) => (of.required ? "required" : "optional");
  return `${word(other)} is ${word(own)}`;
}

/**
 * A schema without its references: the kinds of values that it takes, by name, with what is known of each. `{}` takes
 * anything. A part that holds itself ends where it begins again.
 */
function shape(schema, document, open = []) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    if (open.includes(name)) return { any: {} };
    return shape(document.components.schemas[name], document, [...open, name]);
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return merge(alternatives.map((part) => shape(part, document, open)));
  if (schema.allOf?.length === 1) return shape(schema.allOf[0], document, open);
  if (schema.const !== undefined) return { [typeof schema.const]: { words: [String(schema.const)] } };
  if (schema.enum) return { string: { words: [...schema.enum].map(String).sort() } };
  switch (schema.type) {
    case "array":
      return { array: { items: shape(schema.items ?? {}, document, open) } };
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(([name, part]) => [
        name,
        { shape: shape(part, document, open), required: (schema.required ?? []).includes(name) },
      ]);
      const rest = schema.additionalProperties;
      if (fields.length === 0 && typeof rest === "object")
        return { map: { items: shape(rest, document, open) } };
      if (fields.length === 0) return { map: { items: { any: {} } } };
      return { object: { fields: Object.fromEntries(fields) } };
    }
    case undefined:
      return { any: {} };
    case "null":
      return { null: {} };
    default: {
      const { format, minimum, maximum } = schema;
      return { [schema.type]: { format, minimum, maximum } };
    }
  }
}

/** Alternatives of the same kind are one that takes what either does. */
function merge(shapes) {
  const merged = {};
  for (const one of shapes) {
    for (const [kind, details] of Object.entries(one)) {
      const known = merged[kind];
      if (!known) merged[kind] = details;
      else if (kind === "object") merged.object = { fields: mergeFields(known.fields, details.fields) };
      else if (kind === "string") merged.string = mergeStrings(known, details);
      else if (kind === "array" || kind === "map")
        merged[kind] = { items: merge([known.items, details.items]) };
    }
  }
  return merged;
}

function mergeStrings(one, two) {
  if (one.words && two.words) return { words: [...new Set([...one.words, ...two.words])].sort() };
  return {};
}

function mergeFields(one, two) {
  const names = new Set([...Object.keys(one), ...Object.keys(two)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [first, second] = [one[name], two[name]];
      if (!first || !second) return [name, { ...(first ?? second), required: false }];
      return [
        name,
        { shape: merge([first.shape, second.shape]), required: first.required && second.required },
      ];
    }),
  );
}

function withoutNull({ null: _, ...rest }) {
  return rest;
}

function kinds(of) {
  return Object.keys(of)
    .map((kind) => (of[kind].format ? `${kind}(${of[kind].format})` : kind))
    .sort()
    .join("|");
}

function compareShapes(where, own, other, report) {
  // Where the other one says nothing, whatever we say is no contradiction.
  if (other.any) return;
  if (kinds(own) !== kinds(other)) report(where, `${kinds(other)} is ${kinds(own)}`);
  for (const kind of Object.keys(other)) {
    const [mine, theirs] = [own[kind], other[kind]];
    if (!mine) continue;
    const words = (details) => details.words?.join(", ") ?? "any text";
    if (words(mine) !== words(theirs)) report(where, `${words(theirs)} is ${words(mine)}`);
    for (const bound of ["minimum", "maximum"]) {
      if (mine[bound] !== theirs[bound]) report(where, `${bound} ${theirs[bound]} is ${mine[bound]}`);
    }
    if (theirs.items) compareShapes(`${where}[]`, mine.items, theirs.items, report);
    if (theirs.fields) compareFields(where, mine.fields, theirs.fields, report);
  }
}

function compareFields(where, own, other, report) {
  for (const name of new Set([...Object.keys(other), ...Object.keys(own)])) {
    const [mine, theirs] = [own[name], other[name]];
    const field = `${where}.${name}`;
    if (!mine || !theirs) report(field, mine ? "is only here" : "is not here");
    else {
      if (mine.required !== theirs.required) report(field, required(theirs, mine));
      compareShapes(field, mine.shape, theirs.shape, report);
    }
  }
}
