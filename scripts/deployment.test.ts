// The files in deploy/ are valid and keep what docs/deployment.md promises: no root, nothing writable
// but volumes, probes that exist, variables that are settings, versions that are named. The image
// itself is built elsewhere; what it is made of is packed and run by e2e/packed.test.ts.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { settingsTable } from "../packages/cli/src/options/settings.ts";

const deploy = resolve(import.meta.dirname, "..", "deploy");
const read = (file: string): string => readFileSync(join(deploy, file), "utf8");

function parse(file: string): readonly unknown[] {
  return parseAllDocuments(read(file), { strict: true, uniqueKeys: true }).map((document) => {
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS() as unknown;
  });
}

const VARIABLES = new Set([
  "DATABASE_URL",
  ...Object.keys(settingsTable).map(
    (name) => `LATCHKEY_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
  ),
]);

/** Variables that a text sets for the server and that are no settings. */
function unknownVariables(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^(?:LATCHKEY_|DATABASE_)/.test(name) && !VARIABLES.has(name));
}

describe("the Dockerfile", () => {
  const text = read("Dockerfile");
  const stages = text.split(/^FROM /m).slice(1);

  it("has no mistake that the validator knows", () => {
    expect(validate(text)).toEqual([]);
    expect(validate("FORM node:24\n")).not.toEqual([]);
  });

  it("names the versions of its images, those of the pinned Node", () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(
        JSON.parse(
          readFileSync(join(deploy, "..", "node_modules", "node", "package.json"), "utf8"),
        ),
      );
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage.startsWith(`node:${version}-`)).toBe(true);
  });

  it("runs as nobody in particular, and asks a probe that exists", () => {
    const last = stages.at(-1) ?? "";
    expect(/^USER (\d+):(\d+)$/m.exec(last)?.slice(1)).toEqual(["10001", "10001"]);
    expect(last.indexOf("USER ")).toBeLessThan(last.indexOf("ENTRYPOINT"));
    expect(last).toContain("/readyz");
    expect(unknownVariables(last.match(/\b[A-Z]+(?:_[A-Z]+)+(?==)/g) ?? [])).toEqual([]);
  });
});

const service = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.literal(".."), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).optional(),
});
const composeSchema = z.strictObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

describe("the compose file", () => {
  const { services, volumes } = composeSchema.parse(parse("compose.yaml")[0]);

  const all = Object.values(services);
  const mounts = all.flatMap(({ volumes: list = [] }) =>
    list.map((mount) => mount.split(":")[0] ?? ""),
  );

  it("names the versions of images that are not built here", () => {
    const images = all.filter(({ build }) => build === undefined).map(({ image }) => image);
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^[a-z]+:\d+\.\d+/);
  });

  it("names files, services and volumes that exist", () => {
    const files = [
      ...all.flatMap(({ build }) => (build === undefined ? [] : [build.dockerfile])),
      ...mounts.filter((mount) => mount.startsWith("./")).map((mount) => `deploy/${mount}`),
    ];
    for (const file of files) expect(existsSync(join(deploy, "..", file))).toBe(true);
    const named = mounts.filter((mount) => !mount.startsWith("./"));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
    const others = all.flatMap(({ depends_on: list = {} }) => Object.keys(list));
    expect(Object.keys(services)).toEqual(expect.arrayContaining(others));
  });

  it("lets the server write to its volumes only, and gives it settings that exist", () => {
    const server = services["latchkey"];
    expect(server).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
    expect(unknownVariables(Object.keys(server?.environment ?? {}))).toEqual([]);
  });
});

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().regex(/:\d+\.\d+\.\d+$/),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  env: z.array(z.looseObject({ name: z.string() })).optional(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
});
const probe = z.looseObject({
  httpGet: z.strictObject({ path: z.enum(["/readyz", "/healthz"]), port: z.literal("http") }),
});
const deploymentSchema = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("Deployment"),
  spec: z.strictObject({
    replicas: z.int().min(2),
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
    strategy: z.looseObject({ rollingUpdate: z.looseObject({ maxUnavailable: z.literal(0) }) }),
    template: z.strictObject({
      metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        enableServiceLinks: z.literal(false),
        automountServiceAccountToken: z.literal(false),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
        initContainers: z.array(containerSchema),
        containers: z.tuple([
          containerSchema.extend({ readinessProbe: probe, livenessProbe: probe }),
        ]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

describe("the Kubernetes example", () => {
  const documents = parse("kubernetes.yaml");
  const deployment = deploymentSchema.parse(documents[0]);
  const { template, selector } = deployment.spec;
  const pod = template.spec;

  it("selects its own pods, from the deployment, the service and the budget", () => {
    expect(template.metadata.labels).toEqual(selector.matchLabels);
    expect(documents.slice(1)).toMatchObject([
      { kind: "Service", spec: { selector: selector.matchLabels } },
      { kind: "PodDisruptionBudget", spec: { selector } },
    ]);
  });

  it("mounts volumes that exist, and sets variables that are settings", () => {
    const volumes = pod.volumes.map(({ name }) => name);
    for (const { volumeMounts, env = [] } of [...pod.initContainers, ...pod.containers]) {
      expect(volumes).toEqual(expect.arrayContaining(volumeMounts.map(({ name }) => name)));
      expect(unknownVariables(env.map(({ name }) => name))).toEqual([]);
    }
  });
});
