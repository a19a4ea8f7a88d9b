// SPDX-License-Identifier: EUPL-1.2
// The crew's hand: how long a command takes, what `twinstage top` and the multiview cost, with 8 sources live (--seconds of each measurement)
import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open, watch } from "./latency/stage.mjs";
import { Busy } from "./latency/machine.mjs";
import { used } from "./lib/cpu.mjs";
import { median, options, rounded, table } from "./lib/figures.mjs";
import { Terminal } from "../tests/e2e/lib/terminal.mjs";
import { sleep } from "../tests/e2e/lib/stage.mjs";

const SOURCES = 8;
const COMMAND_MS = 20;
const TOP_PERCENT = 3;
const ASKING_PERCENT = 1; // of the server's, to answer top
const MULTIVIEW_PERCENT = 10;

const { seconds, rounds, commands } = options({ seconds: 10, rounds: 3, commands: 200 });

async function setUp(stage) {
	for (let i = 1; i <= SOURCES; i++) await stage.crew("source", "add", `cam-${i}`, "test");
	for (const [scene, ...sources] of [["stage", "cam-1", "cam-2"], ["panel", "cam-3", "cam-4", "cam-5", "cam-6"]]) {
		await stage.crew("scene", "add", scene, "grid");
		for (const source of sources) await stage.crew("scene", "place", scene, source);
	}
	await stage.crew("cut", "stage");
	await stage.crew("preview", "panel");
	for (let i = 1; i <= SOURCES; i++) await stage.sourceState(`cam-${i}`, "live");
	await watch(stage); // program is encoded, as in a show
}

// ---- commands ----

const part = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const summary = (values) => ({ p50: median(values), p95: part(values, 0.95), worst: Math.max(...values) });
const since = (begun) => Number(process.hrtime.bigint() - begun) / 1e6;

// From the process's start to its exit.
function calls(program, words, env) {
	const took = [];
	for (let i = 0; i < commands; i++) {
		const begun = process.hrtime.bigint();
		const { status } = spawnSync(program, words(i), { env, stdio: "ignore" });
		took.push(since(begun));
		if (status !== 0) throw new Error(`${program} ${words(i).join(" ")}: ${status}`);
	}
	return summary(took);
}

async function asks(socket, words) {
	const line = connect(socket);
	let heard = "";
	let done = () => {};
	line.setEncoding("utf8").on("data", (text) => {
		heard += text;
		if (heard.endsWith("\n")) done(((heard = ""), null));
	});
	const took = [];
	for (let i = 0; i < 2 * commands; i++) {
		const begun = process.hrtime.bigint();
		await new Promise((settle) => {
			done = settle;
			line.write(`${JSON.stringify({ words: words(i) })}\n`);
		});
		took.push(since(begun));
	}
	line.destroy();
	return summary(took);
}

// ---- costs, in per cent of one core ----

async function percent(pids, over) {
	const before = used(pids);
	await sleep(over * 1000);
	const after = used(pids);
	let exact = 0;
	for (const [key, thread] of after.threads) exact += thread.seconds - (before.threads.get(key)?.seconds ?? 0);
	return (100 * exact) / over;
}

// The loop that answers is the process's first thread.
function loopSeconds(pid) {
	return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9;
}

async function loopPercent(pid, over) {
	const before = loopSeconds(pid);
	await sleep(over * 1000);
	return (100 * (loopSeconds(pid) - before)) / over;
}

async function topAt(stage, program, width, height) {
	const env = { TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	const idle = await loopPercent(stage.daemon.pid, seconds);
	const terminal = new Terminal([program, "top"], { width, height, env });
	try {
		await terminal.shows(/cam-8 +live/);
		const pid = Number(terminal.tmux("list-panes", "-F", "#{pane_pid}"));
		const [own, loop] = await Promise.all([percent([pid], seconds), loopPercent(stage.daemon.pid, seconds)]);
		return { own, asking: loop - idle };
	} finally {
		terminal.end();
	}
}

async function multiview(stage) {
	const token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	const without = [];
	const watched = [];
	const rates = [];
	for (let i = 0; i < rounds; i++) {
		without.push(await percent([stage.daemon.pid], seconds));
		const viewer = await watch(stage, "/whep/crew", { Authorization: `Bearer ${token}` });
		await sleep(1000);
		const seen = viewer.pictures.length;
		watched.push(await percent([stage.daemon.pid], seconds));
		rates.push((viewer.pictures.length - seen) / seconds);
		await stage.kill(viewer.child);
		await sleep(1000);
	}
	// Neighbours in time: what else the machine does weighs on both.
	return { pictures: median(rates), without: median(without), watched: median(watched), added: median(watched.map((value, i) => value - without[i])) };
}

// ---- all of it ----

const stage = await open("bench-control");
try {
	await setUp(stage);
	const program = join(stage.bin, "cli/twinstage");
	const env = { ...process.env, TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	const preview = (i) => ["preview", i % 2 ? "panel" : "stage"];
	const busy = new Busy();
	const floor = calls("true", () => [], env);
	const call = calls(program, preview, env);
	const ask = await asks(env.TWINSTAGE_SOCKET, preview);
	const status = await asks(env.TWINSTAGE_SOCKET, () => ["status"]);
	const small = await topAt(stage, program, 80, 24);
	const large = await topAt(stage, program, 200, 60);
	const crew = await multiview(stage);

	console.log(`${SOURCES} sources, program watched; ${busy.text()}\n`);
	const ms = ({ p50, p95, worst }) => [rounded(p50, 2), rounded(p95, 2), rounded(worst, 2)];
	table(
		["command, ms", "p50", "p95", "worst", "limit"],
		[
			["`twinstage preview`, process start to exit", ...ms(call), `p95 ${COMMAND_MS}`],
			["  a process that does nothing (`true`)", ...ms(floor), ""],
			["preview on an open socket", ...ms(ask), ""],
			["status on an open socket", ...ms(status), ""],
		],
	);
	console.log();
	table(
		["per cent of one core", "80x24", "200x60", "limit"],
		[
			["`twinstage top`", rounded(small.own, 2), rounded(large.own, 2), TOP_PERCENT],
			["  the server's loop, to answer it", rounded(small.asking, 2), rounded(large.asking, 2), ASKING_PERCENT],
		],
	);
	console.log();
	table(
		["per cent of one core", "not watched", "watched", "added", "limit", "pictures/s"],
		[["server, multiview of 8 sources", ...[crew.without, crew.watched, crew.added].map((value) => rounded(value, 1)), MULTIVIEW_PERCENT, rounded(crew.pictures, 1)]],
	);
	const figures = {
		call_ms_p50: call.p50, call_ms_p95: call.p95, process_ms_p50: floor.p50, process_ms_p95: floor.p95,
		socket_ms_p50: ask.p50, socket_ms_p95: ask.p95, status_ms_p50: status.p50, status_ms_p95: status.p95,
		top_80x24_percent: small.own, top_200x60_percent: large.own, top_asking_percent: Math.max(small.asking, large.asking),
		multiview_unwatched_percent: crew.without, multiview_watched_percent: crew.watched, multiview_added_percent: crew.added,
		multiview_pictures_per_s: crew.pictures,
	};
	const kept = Object.entries(figures).map(([key, value]) => [key, rounded(value, 3)]);
	const isWithin = call.p95 <= COMMAND_MS && small.own <= TOP_PERCENT && large.own <= TOP_PERCENT &&
		figures.top_asking_percent <= ASKING_PERCENT && crew.added <= MULTIVIEW_PERCENT;
	console.log(JSON.stringify({ ...Object.fromEntries(kept), is_within: isWithin, ...busy.figures() }));
} finally {
	await stage.end();
}
