import type { MiddlewareHandler } from "hono";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EngineContext } from "../engine/context.ts";
import type { AppEnvironment } from "./route.ts";

const CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8";
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What the server counts and measures of itself, under the names of upstream's server where it has them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"method" | "endpoint" | "status_code" | "status_class">;
  readonly #durations: Histogram<"method" | "endpoint" | "status_code" | "status_class">;
  readonly #inProgress: Gauge;

  constructor({ database: { pool } }: EngineContext) {
    const registers = [this.#registry];
    const labelNames = ["method", "endpoint", "status_code", "status_class"] as const;
    this.#requests = new Counter({
      name: "hindsight_http_requests_total",
      help: "Requests that were answered",
      labelNames,
      registers,
    });
    this.#durations = new Histogram({
      name: "hindsight_http_duration_seconds",
      help: "How long requests took",
      labelNames,
      buckets: SECONDS,
      registers,
    });
    this.#inProgress = new Gauge({
      name: "hindsight_http_requests_in_progress_requests",
      help: "Requests that are being answered",
      registers,
    });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge("hindsight_db_pool_size", "Connections to the database", () => pool.totalCount);
    gauge("hindsight_db_pool_idle", "Connections that nobody uses", () => pool.idleCount);
    gauge("hindsight_db_pool_max", "Connections that there may be", () => pool.options.max);
    gauge("hindsight_db_pool_waiting", "Work that waits for a connection", () => pool.waitingCount);
    gauge("process_resident_memory_bytes", "Memory of the process", () => process.memoryUsage.rss());
    gauge("process_start_time_seconds", "When the process started", () => performance.timeOrigin / 1_000);
    gauge("process_cpu_seconds_total", "What the process has used of processors", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    });
  }

  /** Counts and measures every request; its endpoint is the path of its route. */
  middleware(): MiddlewareHandler<AppEnvironment> {
    return async (context, next) => {
      const began = performance.now();
      this.#inProgress.inc();
      try {
        await next();
      } finally {
        this.#inProgress.dec();
        const { status } = context.res;
        const labels = {
          method: context.req.raw.method,
          endpoint: context.get("endpoint") ?? "none",
          status_code: String(status),
          status_class: `${Math.floor(status / 100)}xx`,
        };
        this.#requests.inc(labels);
        this.#durations.observe(labels, (performance.now() - began) / 1_000);
      }
    };
  }

  /** All of it, in the text format that Prometheus reads. */
  async answer(): Promise<Response> {
    return new Response(await this.#registry.metrics(), { headers: { "content-type": CONTENT_TYPE } });
  }
}
