/** Where the sandbox listens unless it is told otherwise. */
export const defaultPort = 4780;
