using System.Text.Json;
using Caisson.Linux.Seccomp;
using static Caisson.Seccomp.Tests.Answers;

namespace Caisson.Seccomp.Tests;

/// <summary>The profile in an engine's form against the compiled filter: one table, two forms.</summary>
public sealed class OciSeccompTests
{
    private static readonly JsonElement _profile = JsonDocument.Parse(OciSeccomp.Json()).RootElement;
    private static readonly uint[] _edges =
        [0, 1, 2, 3, 5, 6, 10, 16, 17, 38, 40, 58, 132, 0x5412, 0x541C, 0x5423, 0x5401, 0x80002, 0x8000000, 0x10000000, 0x7E020000, 0x3D0F00, 0x01200011, 0x0008, 0x0040000, 0xffffffff, 0x20000];

    [Fact]
    public void Every_call_has_the_verdict_of_the_filter()
    {
        foreach (var (name, number) in SystemCalls.Numbers)
        {
            if (SeccompProfile.Default.Checked.Contains(name))
                continue;
            Assert.Equal(FilterMachine.Default.Run(number), Evaluate(name));
        }
    }

    [Fact]
    public void Arguments_are_never_judged_more_mildly()
    {
        var random = new Random(20);
        foreach (var name in SeccompProfile.Default.Checked)
        {
            for (var i = 0; i < 3_000; i++)
            {
                ulong[] arguments = [Draw(random), Draw(random), Draw(random)];
                if (Evaluate(name, arguments) == Allow)
                    Assert.Equal(Allow, FilterMachine.Default.Run(SystemCalls.Numbers[name], arguments));
            }
        }
    }

    [Fact]
    public void What_programs_do_every_day_is_allowed()
    {
        (string Name, ulong[] Arguments)[] calls =
        [
            ("clone", [0x11]), ("clone", [0x3D0F00]),
            ("ioctl", [3, 0x5401]), ("ioctl", [3, 0x5413]), ("ioctl", [3, 0xdead5411]),
            ("personality", [0xffffffff]), ("personality", [0x0040000]),
            ("socket", [1, 1, 0]), ("socket", [2, 0x80801, 6]), ("socket", [10, 2, 17]), ("socket", [2, 3, 1]), ("socket", [16, 3, 0]),
            ("socketpair", [1, 1, 0]),
        ];
        foreach (var (name, arguments) in calls)
        {
            Assert.Equal(Allow, FilterMachine.Default.Run(SystemCalls.Numbers[name], arguments));
            Assert.Equal(Allow, Evaluate(name, arguments));
        }
    }

    [Fact]
    public void There_is_no_audit_log() => Assert.Equal(EAFNOSUPPORT, Evaluate("socket", 16, 3, 9));

    [Fact]
    public void Every_ioctl_but_three_is_allowed()
    {
        for (uint request = 0x5300; request < 0x5500; request++)
            Assert.Equal(FilterMachine.Default.Run(SystemCalls.Numbers["ioctl"], 0, request) == Allow, Evaluate("ioctl", 0, request) == Allow);
    }

    private static ulong Draw(Random random) => (random.Next(2) == 0 ? 0UL : 0xDEADBEEF_00000000) | (random.Next(4) == 0 ? (uint)random.NextInt64(1L << 32) : _edges[random.Next(_edges.Length)]);

    // As libseccomp does it: rules of one call are joined by "or", conditions of one rule by "and"; else the default.
    private static uint Evaluate(string name, params ulong[] arguments)
    {
        foreach (var rule in _profile.GetProperty("syscalls").EnumerateArray())
        {
            if (rule.GetProperty("names").EnumerateArray().Any(one => one.GetString() == name) && rule.GetProperty("args").EnumerateArray().All(condition => Meets(condition, arguments)))
                return rule.GetProperty("action").GetString() == "SCMP_ACT_ALLOW" ? Allow : 0x00050000 | rule.GetProperty("errnoRet").GetUInt32();
        }

        return EPERM;
    }

    private static bool Meets(JsonElement condition, ulong[] arguments)
    {
        var argument = arguments.ElementAtOrDefault(condition.GetProperty("index").GetInt32());
        var (value, two) = (condition.GetProperty("value").GetUInt64(), condition.GetProperty("valueTwo").GetUInt64());
        return condition.GetProperty("op").GetString() switch
        {
            "SCMP_CMP_MASKED_EQ" => (argument & value) == two,
            "SCMP_CMP_NE" => argument != value,
            _ => argument == value,
        };
    }
}
