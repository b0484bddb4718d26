import { TestkitError } from "../../errors/testkit-error.ts";
import { before } from "../../home/deadline.ts";
import type { Reaper } from "../../reaper/reaper.ts";
import type { Migrate, OnPhase, PostgresHost } from "../host.ts";
import { UrlPostgresHost } from "../url-host.ts";
import { findEngine } from "./engine.ts";
import { pullImage } from "./image.ts";
import { PostgresContainer } from "./postgres-container.ts";
import { removeAbandonedContainers } from "./sweep.ts";

interface ContainerPostgresOptions {
  /** A Postgres 15 or newer that is configured as the official image is, such as `pgvector/pgvector:pg17`. */
  image: string;
  /** Applies the migrations to the template database. */
  migrate: Migrate;
  /** The directory of these migrations. Defaults to the package's own. */
  migrations?: string;
  /** Removes the container when our process is gone. */
  reaper: Reaper;
  /** For all of the start but the pulling of the image, in milliseconds. */
  startTimeout: number;
  /** The phases `pull image`, when it happens, `start container`, `connect` and `migrate`. */
  onPhase?: OnPhase;
}

/** A Postgres in a container of its own, found and started by Testcontainers. It is thrown away when it is stopped. */
export class ContainerPostgresHost implements PostgresHost {
  readonly pid = undefined;
  readonly #container: PostgresContainer;
  readonly #databases: UrlPostgresHost;
  #stopped: Promise<void> | undefined;

  private constructor(container: PostgresContainer, databases: UrlPostgresHost) {
    this.#container = container;
    this.#databases = databases;
  }

  /** @throws ContainerUnavailableError, TestkitError CONTAINER_IMAGE_MISSING, CONTAINER_START_FAILED, POSTGRES_CONNECT_FAILED */
  static async start(options: ContainerPostgresOptions): Promise<ContainerPostgresHost> {
    const { image, reaper, startTimeout, onPhase = () => {} } = options;
    const deadline = performance.now() + startTimeout;
    const engine = await findEngine(deadline);
    void removeAbandonedContainers(engine);
    const found = performance.now();
    if (await pullImage(engine, image)) onPhase("pull image", performance.now() - found);
    const began = performance.now();
    const deadlineAfterPull = deadline + began - found;
    const container = await PostgresContainer.start({ engine, image, deadline: deadlineAfterPull, reaper });
    onPhase("start container", performance.now() - began);
    try {
      const { migrate, migrations } = options;
      const preparing = UrlPostgresHost.start({
        url: container.url,
        log: () => container.log(),
        migrate,
        ...(migrations !== undefined && { migrations }),
        onPhase,
      });
      const databases = await before(deadlineAfterPull, preparing, () => {
        const what = `The database in the container of the image ${image} was not ready in time.`;
        return new TestkitError("CONTAINER_START_FAILED", { what, log: container.log() });
      });
      return new ContainerPostgresHost(container, databases);
    } catch (error) {
      await container.remove();
      throw error;
    }
  }

  get adminUrl(): string {
    return this.#container.url;
  }

  /** Whether its Postgres has ended, for whatever reason. */
  get hasEnded(): boolean {
    return this.#container.hasEnded;
  }

  /** Resolves when it has. */
  get ended(): Promise<void> {
    return this.#container.ended;
  }

  log(): string {
    return this.#container.log();
  }

  async createDatabase(name: string): Promise<string> {
    return await this.#databases.createDatabase(name);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#databases.dropDatabase(name);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    await this.#databases.disconnect();
    await this.#container.remove();
  }
}
