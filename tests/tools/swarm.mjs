#!/usr/bin/env node
// SPDX-License-Identifier: EUPL-1.2
// Viewers by the hundred (swarm.c does the media, this the signalling):
//   swarm.mjs --url https://127.0.0.1:8443/whep/program [--viewers 300] [--seconds 20] [--decrypt 8] [--rate JOINS_PER_S]
// prints one line of JSON when it is over; its counts begin when all are connected.
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { Agent, request } from "node:https";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const program = join(process.env.TWINSTAGE_BUILD ?? join(root, "build/release"), "tests/tools/twinstage-swarm");

export class Swarm {
	// `address`: the server's, and ours; `decrypt`: how many of the first viewers open every packet; `record`: a file for the
	// first one's RTP.
	constructor({ address = "127.0.0.1", decrypt = 0, record } = {}) {
		const words = ["--address", address, "--decrypt", String(decrypt), ...(record ? ["--record", record] : [])];
		this.child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
		this.pid = this.child.pid;
		this.waiting = []; // for answers, which come in the order of the commands
		createInterface({ input: this.child.stdout }).on("line", (line) => this.waiting.shift()?.done(JSON.parse(line)));
		this.gone = new Promise((done) => this.child.once("exit", done));
		this.gone.then((code) => this.waiting.forEach(({ fail }) => fail(new Error(`the swarm ended with ${code}`))));
		this.child.stdin.on("error", () => {}); // "gone" tells
	}

	ask(command) {
		return new Promise((done, fail) => {
			this.waiting.push({ done, fail });
			this.child.stdin.write(`${command}\n`);
		});
	}

	// One viewer; `signal` takes its offer to a server and returns the answer.
	async join(signal) {
		const { offer: number, sdp } = await this.ask("join");
		const answer = await signal(sdp, number);
		this.child.stdin.write(`answer ${number}\n${answer.replaceAll("\r\n", "\n").trimEnd()}\n.\n`);
	}

	// That many more, `rate` of them begun each second; returns when all are connected, and fails after `patience` seconds more.
	async grow(count, signal, { rate = 50, patience = 30 } = {}) {
		const { viewers } = await this.report();
		const start = performance.now();
		const joins = [];
		for (let i = 0; i < count; i++) {
			const early = start + (i * 1000) / rate - performance.now();
			if (early > 0) await sleep(early);
			joins.push(this.join(signal));
		}
		await Promise.all(joins);
		for (const end = performance.now() + patience * 1000; ; await sleep(100)) {
			const { connected, checked } = await this.report();
			if (connected === viewers + count) return;
			if (performance.now() > end)
				throw new Error(`only ${connected} of ${viewers + count} viewers could connect (checks of ${checked} were answered)`);
		}
	}

	mark() {
		return this.ask("mark");
	}

	report() {
		return this.ask("report");
	}

	async end() {
		this.child.stdin.end("end\n");
		await this.gone;
	}
}

// What takes an offer to a WHEP URL.
export function whep(url) {
	const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
	return (offer) =>
		new Promise((done, fail) => {
			const headers = { "Content-Type": "application/sdp", "Content-Length": Buffer.byteLength(offer) };
			const asked = request(url, { method: "POST", agent, headers, timeout: 20000 }, (reply) => {
				let body = "";
				reply.setEncoding("utf8").on("data", (part) => (body += part));
				reply.on("end", () => (reply.statusCode === 201 ? done(body) : fail(new Error(`${url}: ${reply.statusCode} ${body}`))));
			});
			asked.on("error", fail).on("timeout", () => asked.destroy(new Error(`${url}: no answer`)));
			asked.end(offer);
		});
}

function read(words) {
	const chosen = { viewers: 300, seconds: 20, decrypt: 8, rate: 50 };
	for (let i = 0; i < words.length; i += 2) {
		const key = words[i].slice(2);
		if (key === "url" && words[i + 1]) chosen.url = words[i + 1];
		else if (words[i].startsWith("--") && key in chosen && Number(words[i + 1]) >= 0) chosen[key] = Number(words[i + 1]);
		else throw new Error(`not understood: ${words[i]}`);
	}
	if (!chosen.url) throw new Error("--url is missing");
	return chosen;
}

async function main() {
	const { url, viewers, seconds, decrypt, rate } = read(process.argv.slice(2));
	const swarm = new Swarm({ address: new URL(url).hostname, decrypt });
	try {
		await swarm.grow(viewers, whep(url), { rate });
		await swarm.mark();
		await sleep(seconds * 1000);
		console.log(JSON.stringify(await swarm.report()));
	} finally {
		await swarm.end();
	}
	process.exit(0); // connections kept alive are no reason to stay
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
	main().catch((error) => {
		console.error(`swarm: ${error.message}`);
		process.exit(1);
	});
