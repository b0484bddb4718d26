/** What every cluster of ours has in common: it takes little room, and only loopback reaches it. */
const COMMON: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_recycle: "off",
  wal_init_zero: "off",
  min_wal_size: "2MB",
  max_wal_size: "128MB",
  jit: "off",
  autovacuum: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  log_destination: "stderr",
  logging_collector: "off",
  log_checkpoints: "off",
  lc_messages: "C",
  cluster_name: "hindsight-testkit",
  // In the data directory, not in /dev/shm, where it would stay behind after a kill, and where containers have little room.
  ...(process.platform !== "win32" && { dynamic_shared_memory_type: "mmap" }),
};

/** Of a cluster that is thrown away: it need not survive a crash of the machine. */
export const THROWN_AWAY = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/** Of one that is kept: what was committed is there after any crash. */
const KEPT = { fsync: "on", full_page_writes: "on", synchronous_commit: "on" };

/** What the program is told of a cluster of ours. */
export function settingArguments(kept: boolean): string[] {
  return asArguments({ ...COMMON, ...(kept ? KEPT : THROWN_AWAY) });
}

/** Settings as arguments of the program. */
export function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
