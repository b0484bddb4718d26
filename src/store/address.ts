/** A bank's address: bank ids are unique in a sandbox. */
export interface BankAddress {
  /** "" is the default sandbox. */
  sandboxId: string;
  bankId: string;
}
