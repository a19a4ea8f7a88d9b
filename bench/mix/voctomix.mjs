// SPDX-License-Identifier: EUPL-1.2
// Voctomix 1.3: its core, a feeder for each camera (receives, decodes, scales, sends raw Matroska over TCP, as its documents say), and the
// encoder that reads the core's output. All of their CPU counts. Previews, mirrors and the stream blanker are off.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { names, send } from "../lib/cameras.mjs";
import { counter } from "../lib/rtp.mjs";
import { artefacts, until } from "../../tests/e2e/lib/stage.mjs";
import { play } from "./contestants.mjs";
import { layouts, places } from "./layouts.mjs";
import { decode, encode, encodeSound, receive, freeUdpPorts } from "./texts.mjs";

// Colorimetry and chroma-site are said, too: left open, they change when the first camera comes, which its output's Matroska cannot follow.
const video = "video/x-raw,format=I420,width=1280,height=720,framerate=30/1,pixel-aspect-ratio=1/1,colorimetry=bt709,chroma-site=mpeg2";
const audio = "audio/x-raw,format=S16LE,channels=2,layout=interleaved,rate=48000";
const modes = { grid: "side_by_side_equal", pip: "picture_in_picture", full: "fullscreen" };

const config = `[mix]
videocaps = ${video},interlace-mode=progressive
audiocaps = ${audio}
sources = ${names.join(",")}
audiostreams = 1
${names.map((name) => `[source.${name}]\ndeinterlace = no\nvolume = 1.0`).join("\n")}
[picture-in-picture]
pipsize = ${places.pip[1].slice(2).join("x")}
pippos = ${places.pip[1].slice(0, 2).join("/")}
pipcrop = 0/0/0/0
[previews]
enabled = false
[stream-blanker]
enabled = false
[mirrors]
enabled = false
`;

const feeder = (port, i) =>
	`${receive(port, i)} d${i}. ! queue ! ${decode(0)} ! videoscale ! videorate ! ${video} ! queue ! mux. ` +
	`d${i}. ! queue ! aacparse ! avdec_aac ! audioconvert ! audioresample ! ${audio} ! queue ! mux. ` +
	`matroskamux name=mux streamable=true ! tcpclientsink host=127.0.0.1 port=${10000 + i} sync=false`;

// Whether a TCP port answers.
const answers = (port) =>
	new Promise((done) => {
		const socket = connect(port, "127.0.0.1", () => (socket.destroy(), done(true)));
		socket.on("error", () => done(false));
	});

function command(line) {
	return new Promise((done, fail) => {
		const socket = connect(9999, "127.0.0.1", () => socket.write(`${line}\n`));
		socket.on("data", (data) => (socket.destroy(), /error/.test(data) ? fail(new Error(`${line}: ${data}`)) : done()));
		socket.on("error", fail);
	});
}

export async function voctomix() {
	const dir = mkdtempSync(join(tmpdir(), "voctomix-"));
	const log = openSync(join(artefacts, "bench-voctocore.log"), "w");
	writeFileSync(join(dir, "config.ini"), config);
	const counts = await counter();
	const ports = await freeUdpPorts(names.length);
	const core = spawn("voctocore", ["-vv", "-i", join(dir, "config.ini")], { stdio: ["ignore", log, log] });
	const players = [];
	let hangUp = () => {};
	const end = async () => {
		hangUp();
		for (const player of players) player.end();
		core.kill("SIGKILL");
		counts.close();
		rmSync(dir, { recursive: true, force: true });
	};

	try {
		await until("voctocore to listen (see build/artefacts/bench-voctocore.log)", () => answers(9999), 20);
		names.forEach((_, i) => players.push(play(feeder(ports[i], i))));
		hangUp = send(Object.fromEntries(names.map((name, i) => [name, `srt://127.0.0.1:${ports[i]}?pkt_size=1316`])));
		players.push(
			play(
				`tcpclientsrc host=127.0.0.1 port=11000 ! matroskademux name=mix mix. ! queue ! ${encode(counts.port)} ` +
					`mix. ! queue ! audioconvert ! audioresample ! ${encodeSound}`,
			),
		);
	} catch (error) {
		await end();
		throw error;
	}
	return {
		name: "Voctomix",
		counts,
		decoded: async () => (await Promise.all(players.slice(0, names.length).map((player) => player.decoded()))).reduce((a, b) => a + b),
		pids: () => [core.pid, ...players.map((player) => player.pid)],
		turns: () => layouts.map((layout) => ["voctomix", layout, () => command(`set_videos_and_composite ${names[0]} ${names[1]} ${modes[layout]}`)]),
		end,
	};
}
