import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { writeFile } from '../bench-folder.ts';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** Where a root sshd insists on an empty folder. */
const PRIVILEGE_FOLDER = '/run/sshd';

/** OpenSSH's reverse forwarding: an sshd of our own on a high loopback port, with keys of its own. */
export const ssh: Subject = {
  name: 'ssh -R',
  about: 'OpenSSH reverse port forwarding',
  missing: async () => missingTools('ssh', 'sshd', 'ssh-keygen'),
  start: async (upstreamPort, folder) => {
    const [serverPort, port] = [await freePort(), await freePort()];
    const server = startServer(folder, serverPort);
    await listening(serverPort, server);
    const client = startClient(folder, serverPort, `127.0.0.1:${port}:127.0.0.1:${upstreamPort}`);
    const running = runningOf(port, `127.0.0.1:${port}`, [
      ['relay', server],
      ['client', client],
    ]);
    try {
      await listening(port, client);
    } catch (error) {
      await running.stop();
      throw new Error(`${error}; ${server.complaint}`);
    }
    return running;
  },
};

function startServer(folder: string, port: number): Child {
  for (const name of ['host', 'user']) makeKey(join(folder, name));
  copyFileSync(join(folder, 'user.pub'), join(folder, 'authorized'));
  if (process.getuid?.() === 0 && !existsSync(PRIVILEGE_FOLDER)) mkdirSync(PRIVILEGE_FOLDER);
  const config = writeFile(
    folder,
    'sshd_config',
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, 'host')}
AuthorizedKeysFile ${join(folder, 'authorized')}
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding remote
`,
  );
  // sshd insists on its full path: it starts itself again for each connection.
  return new Child('sshd', findTool('sshd') ?? 'sshd', ['-D', '-e', '-f', config]);
}

function startClient(folder: string, port: number, forward: string): Child {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'ExitOnForwardFailure=yes',
  ].flatMap((option) => ['-o', option]);
  const where = ['-p', String(port), `${userInfo().username}@127.0.0.1`];
  const args = [
    '-N',
    '-F',
    'none',
    '-i',
    join(folder, 'user'),
    ...options,
    '-R',
    forward,
    ...where,
  ];
  return new Child('ssh', findTool('ssh') ?? 'ssh', args);
}

function makeKey(path: string): void {
  const args = ['-q', '-t', 'ed25519', '-N', '', '-f', path];
  execFileSync(findTool('ssh-keygen') ?? 'ssh-keygen', args);
}
