// SPDX-License-Identifier: EUPL-1.2
// A bad line between browsers and a stage's port (tests/tools/impair.c): `line.set("loss", 5)` and so on while it runs.
import { spawn, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";

export class Line {
	// For Stage: its settings must hold rtc_public_port: line.port.
	static async open(stage, serverPort) {
		const line = new Line();
		const program = join(stage.bin, "../tests/tools/twinstage-impair");
		if (!existsSync(program)) execFileSync("cmake", ["--build", join(stage.bin, ".."), "--target", "twinstage-impair"]);
		line.child = spawn(program, ["0", String(serverPort)], {
			stdio: ["pipe", "pipe", "inherit"],
		});
		line.answers = createInterface({ input: line.child.stdout })[Symbol.asyncIterator]();
		line.port = Number((await line.#answer()).split(" ")[1]);
		return line;
	}

	async #answer() {
		const { value, done } = await this.answers.next();
		if (done) throw new Error("twinstage-impair has ended");
		return value;
	}

	async set(what, value) {
		this.child.stdin.write(`${what} ${value}\n`);
		const answer = await this.#answer();
		if (answer !== "ok") throw new Error(`twinstage-impair: ${what} ${value}: ${answer}`);
	}

	async count() {
		this.child.stdin.write("count\n");
		const counts = await this.#answer();
		await this.#answer();
		return counts;
	}

	close() {
		this.child?.stdin.end();
	}
}
