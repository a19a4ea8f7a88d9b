// SPDX-License-Identifier: EUPL-1.2
// Twinstage with one program on air: the test picture and its tone. The picture is small and x264 quick, so that most of the
// CPU is the fan-out's; bit rate and packets are those of a full program.
import { resolve } from "node:path";
import { Stage, root } from "../../tests/e2e/lib/stage.mjs";
import { whep } from "../../tests/tools/swarm.mjs";

export class Ours {
	constructor({ kbps, address }) {
		const most = { max_viewers: 2000, max_viewers_per_address: 2000 };
		this.stage = new Stage("fanout", { settings: { video_kbps: kbps, room_kbps: kbps, rtc_address: address, ...most } });
		this.stage.bin = resolve(process.env.TWINSTAGE_BUILD ?? `${root}/build/release`, "src");
	}

	async start() {
		const { stage } = this;
		await stage.start();
		await stage.crew("source", "add", "talk", "test");
		await stage.crew("scene", "add", "stage");
		await stage.crew("scene", "place", "stage", "talk");
		await stage.crew("cut", "stage");
		this.pid = stage.daemon.pid;
	}

	signal() {
		return whep(`${this.stage.url}/whep/program`);
	}

	memoryKb() {
		return this.stage.memoryKb();
	}

	end() {
		return this.stage.end();
	}
}
