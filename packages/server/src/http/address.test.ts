import { describe, expect, it } from "vitest";
import { networkOf, resolveAddress } from "./address.ts";

describe("resolveAddress (N7: X-Forwarded-For)", () => {
  it("ignores the header without trusted proxies", () => {
    expect(resolveAddress("192.0.2.1", "198.51.100.9", 0)).toBe("192.0.2.1");
  });

  it("takes the entry that our own proxy wrote, and nothing left of it", () => {
    expect(resolveAddress("10.0.0.1", "1.1.1.1, 198.51.100.9", 1)).toBe("198.51.100.9");
    expect(resolveAddress("10.0.0.1", "1.1.1.1, 198.51.100.9, 10.0.0.2", 2)).toBe("198.51.100.9");
  });

  it("does not believe a list that is shorter than the proxies", () => {
    expect(resolveAddress("10.0.0.1", "198.51.100.9", 2)).toBe("10.0.0.1");
  });

  it.each(["unknown", "", "198.51.100.9:80", "<script>", "1.2.3", "1".repeat(2000)])(
    "does not believe %j",
    (entry) => {
      expect(resolveAddress("10.0.0.1", entry, 1)).toBe("10.0.0.1");
    },
  );
});

describe("networkOf (N7: IPv6 /64)", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
  ])("%s is of %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
