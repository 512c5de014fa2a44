// Advisory locks of the hub's database, in one list so that no two share a number.

export const locks = {
  migrate: 7_426_001,
  // 7_426_002 is the sealer's (edge/store/log).
  housekeeping: 7_426_003,
  signingKeys: 7_426_004,
  retention: 7_426_005,
  auditFeed: 7_426_006,
  /** Changes of the catalogue as a whole. */
  apply: 7_426_007,
  /** Endings that the hub finds itself. */
  endings: 7_426_008,
  /** With the number of each holder of leases of the outbox. */
  outboxHolder: 7_426_009,
  /** The search of the trail, and what is taken out of it. */
  auditIndex: 7_426_010,
} as const;
