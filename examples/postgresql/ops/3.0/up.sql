-- The bad one, to see what happens then: rows are lost and others are changed, which no `down` can put right.
alter table orders add column if not exists cents bigint;
update orders set cents = round(amount * 100), customer = upper(customer);
delete from orders where id % 100 = 7;
