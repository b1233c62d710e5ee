// Orders in, what each customer bought out: a transformation from JSON to JSON.
export const input = "json";

export default ({ orders }) => {
  const customers = new Map();

  for (const { customer, items } of orders) {
    const sum = customers.get(customer) ?? { orders: 0, items: 0, cents: 0 };

    sum.orders += 1;
    for (const { count, cents } of items) {
      sum.items += count;
      sum.cents += count * cents;
    }
    customers.set(customer, sum);
  }
  const ranked = [...customers].sort(([, a], [, b]) => b.cents - a.cents);

  return ranked.map(([customer, sum]) => ({ customer, ...sum }));
};
