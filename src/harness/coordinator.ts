import { randomBytes } from "node:crypto";
import { TEST_EPOCH } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { startCassettePath } from "../gateway/cassette/path.ts";
import { LlmGateway } from "../gateway/gateway.ts";
import { RunRecordings } from "../gateway/run-recordings.ts";
import { startReaper } from "../home/start-reaper.ts";
import type { PostgresHost } from "../postgres/host.ts";
import type { Reaper } from "../reaper/reaper.ts";
import type { DatabaseChoice } from "../server/database-choice.ts";
import { CassetteUsage } from "./cassette-usage.ts";
import { attributeLeftBanks } from "./left-banks.ts";
import { describeRepeatedMiss } from "./messages.ts";
import { type ProjectOptions, serverEnvironment } from "./options.ts";
import type { LeaseRequest, LeaseReturn, LeaseReturned, OwnLease } from "./protocol.ts";
import { type RecordedProject, RecordedTests } from "./recorded-tests.ts";
import { startRunPostgres } from "./run-postgres.ts";
import { RunReport } from "./run-report.ts";
import type { Runner } from "./runner.ts";
import { serviceUpstream } from "./service-options.ts";
import { SlotServer } from "./slot-server.ts";

interface Project extends RecordedProject {
  id: string;
}

interface HeldLease {
  id: string;
  project: Project;
  server: SlotServer;
  file: string;
  worker: string;
  tests: RecordedTests;
}

/**
 * Owns what a test run shares: the reaper, Postgres, the gateway, and a server for every slot. It lives in the test
 * runner's main process; workers reach it by the control server.
 */
export class Coordinator {
  readonly kind = "own";
  readonly report = new RunReport();
  readonly #reaper: Reaper;
  readonly #postgres: PostgresHost;
  readonly #projects = new Map<string, Project>();
  readonly #leases = new Map<string, HeldLease>();
  /** By project and slot, and a number where a slot is taken twice at once. A start in progress counts as a server. */
  readonly #servers = new Map<string, Promise<SlotServer>>();
  #serversStarted = 0;
  /** Of all projects: a file that runs in several has the same cassettes in each. */
  readonly #recordings = new RunRecordings();

  private constructor(reaper: Reaper, postgres: PostgresHost) {
    this.#reaper = reaper;
    this.#postgres = postgres;
  }

  /**
   * Starts the reaper, then Postgres with its migrated template: all that is slow, outside of any test's timeout.
   * @throws TestkitError `POSTGRES_…`, `CONTAINER_…`
   */
  static async start(options: { database: DatabaseChoice; startTimeout: number }): Promise<Coordinator> {
    const phases: { name: string; ms: number }[] = [];
    const onPhase = (name: string, ms: number) => void phases.push({ name, ms });
    const reaper = await startReaper();
    try {
      const { startTimeout } = options;
      const postgres = await startRunPostgres(options.database, { reaper, startTimeout, onPhase });
      const coordinator = new Coordinator(reaper, postgres);
      coordinator.report.phases.push(...phases);
      coordinator.report.addProcess("reaper", reaper.pid);
      coordinator.report.addProcess("postgres", postgres.pid);
      return coordinator;
    } catch (error) {
      await reaper.close();
      throw error;
    }
  }

  /** Registers a project's options; the id is what its workers name in a lease. */
  async addProject(options: ProjectOptions, runner: Runner): Promise<string> {
    const id = String(this.#projects.size + 1);
    const { root } = runner;
    this.report.addClock(options.clock ?? TEST_EPOCH);
    const recordings = this.#recordings;
    const gateway = await this.report.time("gateway", () => LlmGateway.start({ root, recordings }));
    const shared = [...this.#projects.values()].find((project) => project.runner.root === root);
    const usage = shared?.usage ?? new CassetteUsage(root);
    this.#projects.set(id, { id, options, runner, gateway, usage });
    return id;
  }

  /** A runner that watches files runs a project's tests again. */
  beginRun(projectId: string): void {
    this.#projects.get(projectId)?.gateway.beginRun();
  }

  /**
   * Gives a slot its server, started now if it is the slot's first lease.
   * @throws TestkitError `SERVER_START_…`, `INVALID_OPTION`
   */
  async lease(request: LeaseRequest): Promise<OwnLease> {
    const project = this.#projects.get(request.projectId);
    if (!project) {
      throw new TestkitError("INVALID_OPTION", {
        what: `There is no project ${JSON.stringify(request.projectId)}.`,
      });
    }
    // A file whose tests are all skipped, or that throws at import, may end without a word.
    for (const held of this.#leases.values()) {
      if (held.worker === request.worker) await this.abandonLease(held.id);
    }
    const id = randomBytes(8).toString("hex");
    const server = await this.#serverFor(project, request.slot, id);
    try {
      if (server.abandonedBy !== undefined) await this.#resetAfterCrash(server, server.abandonedBy);
      const { file, worker } = request;
      const tests = new RecordedTests(project, server, this.report);
      const lease: HeldLease = { id, project, server, file, worker, tests };
      const sandboxes = await server.takeSandboxes();
      this.#leases.set(id, lease);
      return {
        kind: "own",
        id,
        server: { url: server.url, token: server.token, pid: server.daemon.pid },
        sandboxes,
        llmMode: project.options.defaultLlm.mode,
      };
    } catch (error) {
      server.leaseId = undefined;
      throw error;
    }
  }

  /** A server that no lease holds: the slot's own, or one beside it when two workers claim one slot at the same time. */
  async #serverFor(project: Project, slot: string, leaseId: string): Promise<SlotServer> {
    for (let n = 1; ; n++) {
      const key = `${project.id}/${slot}/${n}`;
      const starting = this.#servers.get(key);
      if (starting) {
        const server = await starting.catch(() => undefined);
        if (server?.daemon.running) {
          if (server.leaseId !== undefined) continue;
          server.leaseId = leaseId;
          return server;
        }
        // It failed to start, or died: the slot gets a new one, unless another lease was quicker.
        if (this.#servers.get(key) !== starting) continue;
      }
      const started = this.#startServer(project, slot).then((server) => {
        server.leaseId = leaseId;
        return server;
      });
      this.#servers.set(key, started);
      return started;
    }
  }

  async #startServer(project: Project, slot: string): Promise<SlotServer> {
    this.#serversStarted += 1;
    const id = `${slot}-${this.#serversStarted}`;
    const { options, gateway } = project;
    const start = () =>
      SlotServer.start({
        id,
        postgres: this.#postgres,
        reaper: this.#reaper,
        environment: serverEnvironment(options, gateway, id),
        attributeLlmCalls: true,
        clock: options.clock,
        idSeed: options.idSeed,
        logLevel: options.logLevel,
        startTimeout: options.startTimeout,
      });
    const { mode } = options.defaultLlm;
    const server =
      mode === "offline"
        ? await start()
        : await gateway.duringStart(
            {
              slot: id,
              mode,
              cassette: startCassettePath(project.runner.root, options),
              recordCommand: `HINDSIGHT_LLM=record ${project.runner.command}`,
              upstreams: {
                embeddings: serviceUpstream(options.embeddings),
                reranker: serviceUpstream(options.reranker),
              },
            },
            start,
          );
    this.report.addServer({ slot, url: server.url, phases: server.phases });
    this.report.addProcess(`server of slot ${slot}`, server.daemon.pid);
    return server;
  }

  async #resetAfterCrash(server: SlotServer, file: string): Promise<void> {
    server.abandonedBy = undefined;
    const left = await server.resetDefaultSandbox();
    if (left.length === 0) return;
    const names = left.map(({ bank_id }) => JSON.stringify(bank_id)).join(", ");
    console.warn(
      `[hindsight-testkit] ${file} ended without its clean-up and left in the default sandbox: ${names}.`,
    );
  }

  #held(leaseId: string): HeldLease {
    const lease = this.#leases.get(leaseId);
    if (!lease) throw new TestkitError("COORDINATOR_GONE", { what: "This lease has ended." });
    return lease;
  }

  /** The end of a file: what it left in the default sandbox is named, and removed. */
  async returnLease(leaseId: string, returned: LeaseReturn): Promise<LeaseReturned> {
    const lease = this.#held(leaseId);
    const { server, project } = lease;
    this.report.addFile({ tests: returned.tests.length, banks: returned.usedSandboxes });
    const unattributedMisses = project.gateway.takeUnattributed(server.id);
    project.usage.fileEnded(returned.file, returned.isComplete, project.options.defaultLlm.mode);
    try {
      if (!server.daemon.running) return { left: [], unattributedMisses };
      server.giveBackSandboxes(returned.unusedSandboxes);
      return {
        left: attributeLeftBanks(await server.resetDefaultSandbox(), returned.tests),
        unattributedMisses,
      };
    } finally {
      await this.#release(lease);
    }
  }

  /** The worker's connection ended. If it did not return the lease before, it died, or had nothing to run. */
  async abandonLease(leaseId: string): Promise<void> {
    const lease = this.#leases.get(leaseId);
    if (!lease) return;
    lease.server.abandonedBy = lease.file || "A test file";
    await this.#release(lease);
  }

  /** Frees the lease's server, and ends the tests that did not come to an end: their cassettes stay as they are. */
  async #release({ id, server, tests }: HeldLease): Promise<void> {
    this.#leases.delete(id);
    await tests.abandon();
    server.leaseId = undefined;
  }

  /** The tests of a lease whose LLM calls the gateway answers. */
  tests(leaseId: string): RecordedTests {
    return this.#held(leaseId).tests;
  }

  /** The end of a server's log: the lines about one sandbox if there are any, else the last ones. What ended it stands behind. */
  async serverLog(leaseId: string, sandbox: string, lines: number): Promise<string> {
    const { log, running, ending } = this.#held(leaseId).server.daemon;
    const mentions = new RegExp(`\\bsandbox=${sandbox}(?!\\w)`);
    const text = log.tail(lines, (line) => mentions.test(line)) || log.tail(lines);
    if (running) return text;
    return `${text}\nThe server's process has ended (${await ending}), and what was stored there cannot be asked for any more.`;
  }

  /** Ends all that the run started, servers first. */
  async close(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    await Promise.all(
      servers.map((server) => (server.status === "fulfilled" ? server.value.daemon.stop() : undefined)),
    );
    for (const { gateway, runner } of this.#projects.values()) {
      for (const miss of await gateway.repeatedMisses()) console.error(describeRepeatedMiss(miss, runner));
      await gateway.close();
    }
    for (const usage of new Set([...this.#projects.values()].map((project) => project.usage))) {
      const unused = await usage.end();
      if (unused !== undefined) console.warn(unused);
    }
    try {
      await this.#postgres.stop();
    } finally {
      await this.#reaper.close();
    }
    await this.report.write(process.env);
  }
}
