// SPDX-License-Identifier: EUPL-1.2
// A thousand viewers of 0.6 Mbit/s: CPU, memory for each, and how soon 500 that come within 5 s see a picture
import { address } from "./fanout/janus.mjs";
import { Ours } from "./fanout/ours.mjs";
import { between, used } from "./lib/cpu.mjs";
import { options, rounded, table } from "./lib/figures.mjs";
import { sleep } from "../tests/e2e/lib/stage.mjs";
import { Swarm } from "../tests/tools/swarm.mjs";

const KBPS = 600;
const JOINS_PER_S = 100;
const { seconds, viewers } = options({ seconds: 6, viewers: 1000 });

// So many at once in a swarm of its own: CPU, memory and what they lacked.
async function crowd(server, count) {
	const swarm = new Swarm({ address, decrypt: 8 });
	try {
		await swarm.grow(count, server.signal(), { rate: JOINS_PER_S });
		await swarm.mark();
		const before = used([server.pid]);
		await sleep(seconds * 1000);
		const { seconds: cpu } = between(before, used([server.pid]));
		const report = await swarm.report();
		return { cpu: cpu / report.seconds, kb: server.memoryKb(), report };
	} finally {
		await swarm.end();
	}
}

const row = (count, { cpu, report }) => [
	String(count), rounded(cpu * 100, 0), rounded((report.frames / report.viewers / report.seconds), 1),
	rounded(report.first_frame_ms.p95, 0), report.lost, report.undecryptable,
];

const server = new Ours({ kbps: KBPS, address });
await server.start();
try {
	const counts = [100, 500, viewers];
	const seen = [];
	for (const count of counts) {
		seen.push(await crowd(server, count));
		await sleep(2000); // closed connections are let go of
	}
	const [few, half, all] = seen;
	const kib = (all.kb - few.kb) / (viewers - counts[0]);
	console.log(`Viewers of ${KBPS} kbit/s, ${JOINS_PER_S} joining each second`);
	table(["viewers", "CPU %", "fps", "first picture p95 ms", "lost", "undecryptable"], seen.map((one, i) => row(counts[i], one)));
	console.log(`memory: ${rounded(kib, 1)} KiB a viewer between ${counts[0]} and ${viewers} (target: at most 64)`);
	console.log(JSON.stringify({
		viewers, cpu_percent: rounded(all.cpu * 100, 1), kib_per_viewer: rounded(kib, 1), first_frame_of_500_ms_p95: half.report.first_frame_ms.p95,
		lost: all.report.lost, undecryptable: all.report.undecryptable,
	}));
} finally {
	await server.end();
}
