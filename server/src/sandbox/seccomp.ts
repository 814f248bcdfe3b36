// A seccomp filter for what namespaces do not cover: kinds of sockets that belong to no network namespace (vsock reaches
// the host of a virtual machine), the kernel's key rings, its log, and calls that only widen the kernel's surface.
// Classic BPF, read by bubblewrap through `--seccomp`.

interface Numbers {
  /** AUDIT_ARCH_… of <linux/audit.h>. */
  readonly architecture: number;
  readonly socket: number;
  readonly refused: readonly number[];
}

// In both lists: the new mount calls 428–433 and 442, io_uring 425–427.
const everywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];

const numbers: Readonly<Partial<Record<NodeJS.Architecture, Numbers>>> = {
  x64: {
    architecture: 0xc000003e,
    socket: 41,
    // syslog, pivot_root, mount, umount2, init_module, delete_module, kexec_load, add_key, request_key, keyctl,
    // perf_event_open, open_by_handle_at, setns, finit_module, bpf, userfaultfd
    refused: [103, 155, 165, 166, 175, 176, 246, 248, 249, 250, 298, 304, 308, 313, 321, 323, ...everywhere],
  },
  arm64: {
    architecture: 0xc00000b7,
    socket: 198,
    refused: [116, 41, 40, 39, 105, 106, 104, 217, 218, 219, 241, 265, 268, 273, 280, 282, ...everywhere],
  },
};

// AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK: all of them live inside the sandbox's own network namespace.
const socketFamilies = [1, 2, 10, 16];

const load = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const giveBack = 0x06;
const allow = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 | errno;
const notPermitted = 1;
const noSuchFamily = 97;

// Offsets in struct seccomp_data; the low half of the first argument on little-endian machines.
const numberAt = 0;
const architectureAt = 4;
const firstArgumentAt = 16;

// The x32 calls of x86-64 have this bit and would otherwise slip past the numbers.
const x32Bit = 0x40000000;

/** The filter's bytes for this kind of processor, or null where no table is known. */
export function seccompFilter(architecture: NodeJS.Architecture): Buffer | null {
  const table = numbers[architecture];
  if (table === undefined) return null;
  const program: Buffer[] = [
    instruction(load, 0, 0, architectureAt),
    instruction(jumpIfEqual, 1, 0, table.architecture),
    instruction(giveBack, 0, 0, refuse(notPermitted)),
    instruction(load, 0, 0, numberAt),
    instruction(jumpIfAtLeast, 0, 1, x32Bit),
    instruction(giveBack, 0, 0, refuse(notPermitted)),
  ];
  for (const number of table.refused) {
    program.push(instruction(jumpIfEqual, 0, 1, number), instruction(giveBack, 0, 0, refuse(notPermitted)));
  }
  program.push(
    instruction(jumpIfEqual, 1, 0, table.socket),
    instruction(giveBack, 0, 0, allow),
    instruction(load, 0, 0, firstArgumentAt),
  );
  for (const family of socketFamilies) {
    program.push(instruction(jumpIfEqual, 0, 1, family), instruction(giveBack, 0, 0, allow));
  }
  program.push(instruction(giveBack, 0, 0, refuse(noSuchFamily)));
  return Buffer.concat(program);
}

function instruction(code: number, ifTrue: number, ifFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}
