/** Which client id an order of the exchange belongs to: the child of a conditional order has an id of its own. */
export interface OrderMemory {
  note(clientId: string, orderId: string | null, conditional: boolean): void;
  clientOf(orderId: string): string | undefined;
  /** The newest order of a client id. */
  orderOf(clientId: string): string | undefined;
  isConditional(clientId: string): boolean;
}

/** @param limit how many orders are remembered; the oldest are forgotten */
export function createOrderMemory(limit = 5_000): OrderMemory {
  const clientByOrder = new Map<string, string>();
  const orderByClient = new Map<string, string>();
  const conditionals = new Set<string>();
  return {
    note(clientId, orderId, conditional) {
      if (orderId !== null) {
        clientByOrder.set(orderId, clientId);
        orderByClient.set(clientId, orderId);
        if (clientByOrder.size > limit) dropOldest(clientByOrder);
        if (orderByClient.size > limit) dropOldest(orderByClient);
      }
      if (conditional) {
        conditionals.add(clientId);
        if (conditionals.size > limit) dropOldest(conditionals);
      }
    },
    clientOf: (orderId) => clientByOrder.get(orderId),
    orderOf: (clientId) => orderByClient.get(clientId),
    isConditional: (clientId) => conditionals.has(clientId),
  };
}

function dropOldest(collection: Map<string, unknown> | Set<string>): void {
  const oldest = collection.keys().next();
  if (!oldest.done) collection.delete(oldest.value);
}
