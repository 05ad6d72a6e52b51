/* Bytes from one socket to the other: what Node's sockets cost, whatever is made of the bytes. */
import { type AddressInfo, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MODEL_URL } from './session';

const { protocol, hostname, port } = new URL(MODEL_URL);
const server = createServer({ noDelay: true }, (phone) => {
  const address = { host: hostname, port: Number(port), noDelay: true };
  const model = protocol === 'wss:' ? connectTls(address) : connect(address);
  model.setNoDelay(true); // tls.connect does not pass the option on
  phone.pipe(model).pipe(phone);
  phone.on('error', () => model.destroy());
  model.on('error', () => phone.destroy());
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`); // it listens on TCP
});
