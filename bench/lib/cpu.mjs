// SPDX-License-Identifier: EUPL-1.2
// CPU seconds of processes, whole and by thread name, from /proc.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

const perSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

// { name, seconds } of one stat file; its name may hold anything, also parentheses.
function stat(file) {
	const text = readFileSync(file, "utf8");
	const end = text.lastIndexOf(")");
	const words = text.slice(end + 2).split(" ");
	return { name: text.slice(text.indexOf("(") + 1, end), seconds: (Number(words[11]) + Number(words[12])) / perSecond };
}

// Nanosecond counts where the kernel keeps them (utime and stime have a grain of 10 ms for each thread).
function exact(pid, tid) {
	return Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ")[0]) / 1e9;
}

// What the processes have used so far: { seconds, threads: Map(thread -> { name, seconds }) }. Threads that ended count in
// `seconds` only.
export function used(pids) {
	let seconds = 0;
	const threads = new Map();
	for (const pid of pids) {
		seconds += stat(`/proc/${pid}/stat`).seconds;
		for (const tid of readdirSync(`/proc/${pid}/task`)) {
			try {
				threads.set(`${pid}/${tid}`, { name: stat(`/proc/${pid}/task/${tid}/stat`).name, seconds: exact(pid, tid) });
			} catch {
				// it ended meanwhile
			}
		}
	}
	return { seconds, threads };
}

// The difference of two such, threads of one name added up, the dearest first.
export function between(before, after) {
	const names = new Map();
	for (const [key, thread] of after.threads) {
		const seconds = thread.seconds - (before.threads.get(key)?.seconds ?? 0);
		names.set(thread.name, (names.get(thread.name) ?? 0) + seconds);
	}
	const threads = [...names].map(([name, seconds]) => ({ name, seconds })).sort((a, b) => b.seconds - a.seconds);
	return { seconds: after.seconds - before.seconds, threads };
}
