import { TestkitError } from "../../errors/testkit-error.ts";
import { before } from "../../home/deadline.ts";
import type { ContainerEngine } from "./engine.ts";

/** How long an image may take to be pulled, in milliseconds. It is done once, and counts for no start's timeout. */
const PULL_TIMEOUT = 10 * 60_000;

/**
 * Pulls the image where the engine does not have it, and says so: it may take minutes.
 * @returns whether it had to.
 * @throws TestkitError CONTAINER_IMAGE_MISSING
 */
export async function pullImage({ client, library }: ContainerEngine, image: string): Promise<boolean> {
  const name = library.ImageName.fromString(image);
  const missing = (reason: string, cause?: unknown) =>
    new TestkitError("CONTAINER_IMAGE_MISSING", {
      what: `The image ${name.string} is not here, and could not be pulled: ${reason}.`,
      cause,
    });
  try {
    if (await client.image.exists(name)) return false;
    console.warn(`[hindsight-testkit] Pulling the image ${name.string} …`);
    const deadline = performance.now() + PULL_TIMEOUT;
    await before(deadline, client.image.pull(name), () => new Error("it was not done in ten minutes"));
  } catch (cause) {
    throw missing(cause instanceof Error ? cause.message : String(cause), cause);
  }
  // A pull that breaks off in the middle ends like one that does not.
  if (!(await client.image.exists(name))) throw missing("the engine does not have it afterwards");
  return true;
}
