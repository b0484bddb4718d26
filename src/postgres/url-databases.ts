import pg from "pg";
import { withDatabase } from "../postgres-url.ts";
import type { AdminConnection } from "./admin-connection.ts";
import type { Migrate, OnPhase } from "./host.ts";
import type { UrlSpace } from "./url-space.ts";
import { UrlTemplate } from "./url-template.ts";
import { dropAbandonedDatabases } from "./usage-lock.ts";

/** On somebody else's server: databases beside the given one, cloned from a template that runs share. */
export class UrlDatabases implements UrlSpace {
  readonly #url: string;
  readonly #admin: AdminConnection;
  readonly #template: UrlTemplate;

  private constructor(url: string, admin: AdminConnection, template: UrlTemplate) {
    this.#url = url;
    this.#admin = admin;
    this.#template = template;
  }

  /**
   * Sweeps, and makes the template where there is none.
   * @param hash of the schema, and of all that decides about who can use the template.
   */
  static async prepare(
    { url, admin, hash }: { url: string; admin: AdminConnection; hash: string },
    migrate: Migrate,
    onPhase: OnPhase,
  ): Promise<UrlDatabases> {
    await dropAbandonedDatabases(admin);
    const template = new UrlTemplate(admin, hash);
    await template.prepare((name) => migrate(withDatabase(url, name)), onPhase);
    return new UrlDatabases(url, admin, template);
  }

  async create(name: string): Promise<string> {
    await this.#admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${this.#template.name}`);
    return withDatabase(this.#url, name);
  }

  async drop(name: string): Promise<void> {
    await this.#admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }

  async release(): Promise<void> {
    await this.#template.dropUnlessUsed();
  }
}
