alter table orders add column if not exists cents bigint;
update orders set cents = round(amount * 100);
