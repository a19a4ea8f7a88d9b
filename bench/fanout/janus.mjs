// SPDX-License-Identifier: EUPL-1.2
// Debian's Janus with its streaming plugin: one program that comes by RTP, to viewers. Its plugin offers and the viewer answers.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { artefacts, freeTcpPort, freeUdpPort, sleep, until } from "../../tests/e2e/lib/stage.mjs";

const installed = "/usr/lib/x86_64-linux-gnu/janus";

// Janus has no candidates on loopback; what goes to this machine's own address goes through loopback all the same.
export const address =
	Object.values(networkInterfaces())
		.flat()
		.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";

// Janus as lite as we are, and only the plugin and the transport that are used.
const general = (dir) => `general: {
	configs_folder = "${dir}"
	plugins_folder = "${dir}/plugins"
	transports_folder = "${dir}/transports"
	events_folder = "${dir}"
	loggers_folder = "${dir}"
	debug_level = 3
	session_timeout = 0
}
nat: {
	ice_lite = true
	ice_tcp = false
	ice_enforce_list = "${address}"
}
`;

const http = (port) => `general: {
	json = "compact"
	http = true
	ip = "127.0.0.1"
	port = ${port}
}
`;

const mountpoint = ({ video, audio }) => `general: {
}
program: {
	type = "rtp"
	id = 1
	audio = true
	audioport = ${audio}
	audiopt = 111
	audiocodec = "opus"
	video = true
	videoport = ${video}
	videopt = 102
	videocodec = "h264"
	videofmtp = "profile-level-id=42e01f;packetization-mode=1"
	videobufferkf = true
}
`;

// The answer to an offer of Janus's, with the transport of the swarm's own offer. Janus waits for a candidate, though the
// viewer's checks are what it finds it by.
function answer(offer, own) {
	const from = (text, name) => new RegExp(`^a=${name}:(.*)$`, "m").exec(text)?.[1].trim();
	const transport = ["ice-ufrag", "ice-pwd", "fingerprint"].map((name) => `a=${name}:${from(own, name)}`);
	const [, ...media] = offer.split(/^(?=m=)/m);
	const mids = media.map((part) => from(part, "mid"));
	const parts = media.map((part) => [
		part.split(/\r?\n/)[0],
		"c=IN IP4 0.0.0.0",
		...transport,
		"a=setup:active",
		`a=mid:${from(part, "mid")}`,
		"a=recvonly",
		"a=rtcp-mux",
		`a=candidate:1 1 udp 2130706431 ${address} 9 typ host`,
		"a=end-of-candidates",
		...part.split(/\r?\n/).filter((line) => /^a=(rtpmap|fmtp|rtcp-fb):/.test(line)),
	]);
	const session = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", `a=group:BUNDLE ${mids.join(" ")}`];
	return [...session, ...parts.flat(), ""].join("\r\n");
}

export class Janus {
	constructor() {
		this.dir = mkdtempSync(join(tmpdir(), "janus-"));
		this.offers = new Map(); // by handle: what is called with the offer
	}

	async start() {
		const [port, video, audio] = [await freeTcpPort(), await freeUdpPort(), await freeUdpPort()];
		for (const folder of ["plugins", "transports"]) mkdirSync(join(this.dir, folder));
		symlinkSync(join(installed, "plugins/libjanus_streaming.so"), join(this.dir, "plugins/libjanus_streaming.so"));
		symlinkSync(join(installed, "transports/libjanus_http.so"), join(this.dir, "transports/libjanus_http.so"));
		writeFileSync(join(this.dir, "janus.jcfg"), general(this.dir));
		writeFileSync(join(this.dir, "janus.transport.http.jcfg"), http(port));
		writeFileSync(join(this.dir, "janus.plugin.streaming.jcfg"), mountpoint({ video, audio }));
		Object.assign(this, { url: `http://127.0.0.1:${port}/janus`, ports: { video, audio } });
		const log = openSync(join(artefacts, "janus.log"), "w");
		this.child = spawn("janus", ["-F", this.dir], { stdio: ["ignore", log, log] });
		this.pid = this.child.pid;
		this.session = await until("Janus to answer", () => this.ask("", { janus: "create" }), 20);
		this.poll();
	}

	async ask(path, message) {
		const body = JSON.stringify({ transaction: Math.random().toString(36).slice(2), ...message });
		const reply = await (await fetch(this.url + path, { method: "POST", body })).json();
		if (reply.janus === "error") throw new Error(`Janus: ${JSON.stringify(reply.error)}`);
		return reply.data?.id;
	}

	// Events come by long polls.
	async poll() {
		while (!this.ended) {
			const events = await fetch(`${this.url}/${this.session}?maxev=20`).then(
				(reply) => reply.json(),
				() => sleep(100).then(() => []),
			);
			for (const event of [events].flat()) if (event.jsep) this.offers.get(event.sender)?.(event.jsep.sdp);
		}
	}

	// For Swarm.join(): makes a viewer, and hands its transport to the swarm.
	signal() {
		return async (own) => {
			const handle = await this.ask(`/${this.session}`, { janus: "attach", plugin: "janus.plugin.streaming" });
			const coming = new Promise((done) => this.offers.set(handle, done));
			await this.ask(`/${this.session}/${handle}`, { janus: "message", body: { request: "watch", id: 1 } });
			const offer = await coming;
			const jsep = { type: "answer", sdp: answer(offer, own) };
			await this.ask(`/${this.session}/${handle}`, { janus: "message", body: { request: "start" }, jsep });
			return offer;
		};
	}

	async end() {
		this.ended = true;
		if (this.child && this.child.exitCode === null) {
			const gone = new Promise((done) => this.child.once("exit", done));
			this.child.kill("SIGKILL");
			await gone;
		}
		rmSync(this.dir, { recursive: true, force: true });
	}
}
