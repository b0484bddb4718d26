import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ExtractionMessage,
  parseExtractionMessage,
  renderExtractionMessage,
} from "../../src/llm/extraction-message.ts";

const MESSAGE: ExtractionMessage = {
  mission: "Remember people",
  chunk: { index: 1, count: 1 },
  eventDate: "2023-06-02T23:30:00-05:00",
  context: "a phone call",
  metadata: { source: "import" },
  text: "Ann called.",
};

test("says what stays the same first, and the text last", () => {
  expect(renderExtractionMessage(MESSAGE)).toMatchInlineSnapshot(`
    "Mission: Remember people

    List the facts that the text at the end states, as one json object.

    Chunk: 1/1
    Event Date: Friday, June 02, 2023 (2023-06-02T23:30:00-05:00)
    Context: a phone call
    Metadata source: import

    Text:
    Ann called."
  `);
});

test("names what is absent", () => {
  const rendered = renderExtractionMessage({
    ...MESSAGE,
    mission: null,
    eventDate: null,
    context: null,
    metadata: {},
  });
  expect(rendered).toContain("Event Date: Unknown");
  expect(rendered).toContain("Context: none");
  expect(rendered).not.toContain("Mission");
});

test("can be taken apart again, whatever its fields hold", () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "x\nText:\ny",
      "\n\nText:\n",
      "a\r\nEvent Date: Friday (2020-01-01)",
      "Text:",
      "a\u2028Event Date: Friday (2020-01-01)",
    ),
  );
  const message = fc.record({
    mission: fc.option(nasty),
    chunk: fc.constant({ index: 1, count: 1 }),
    eventDate: fc.option(fc.constantFrom("2023-06-02T23:30:00-05:00", "2024-02-29T00:00:00.500000+00:00")),
    context: fc.option(nasty),
    metadata: fc.dictionary(nasty, nasty),
    text: nasty,
  });
  fc.assert(
    fc.property(message, (value) => {
      expect(parseExtractionMessage(renderExtractionMessage(value))).toEqual({
        eventDate: value.eventDate,
        text: value.text,
      });
    }),
  );
});
