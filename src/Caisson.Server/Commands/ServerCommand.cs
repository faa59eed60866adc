using System.CommandLine;
using System.Net;
using Caisson.Core.Advice;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;

namespace Caisson.Server.Commands;

/// <summary>The command line of <c>caisson-server</c>: serving, and the keys.</summary>
internal static class ServerCommand
{
    /// <summary>Builds the command line.</summary>
    public static RootCommand Create()
    {
        var port = new Option<int>("--port") { Description = "The port to listen on; 0 for any that is free.", DefaultValueFactory = _ => 3000 };
        var listen = new Option<string>("--listen") { Description = "The address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        var domain = new Option<string>("--domain") { Description = "The name below which sandboxes' ports are reached.", DefaultValueFactory = _ => "localhost" };
        var state = StateOption();
        var wall = new Option<string>("--wall") { Description = "The wall of sandboxes that name none, or auto to have one chosen.", DefaultValueFactory = _ => "bubblewrap" };
        var workload = new Option<string?>("--workload") { Description = "A JSON file that says what the sandboxes are for; 'auto' chooses their wall by it." };
        var dns = new Option<string?>("--dns") { Description = "The name server that the gateway asks, SERVER[:PORT]." };
        var fusion = new Option<string?>("--sandboxfusion") { Description = "Speak the SandboxFusion protocol too; programs of this host need no key and run as TENANT." };
        var swerex = new Option<string?>("--swerex") { Description = "Speak the SWE-ReX protocol too; its sandboxes may connect to: internet, or none." };
        swerex.AcceptOnlyFromAmong("internet", "none");
        var egress = new Option<string>("--template-egress") { Description = "Where template builds of E2B clients may connect to: internet, or none.", DefaultValueFactory = _ => "internet" };
        egress.AcceptOnlyFromAmong("internet", "none");
        var poolMax = new Option<int>("--pool-max") { Description = "The most sandboxes that are started ahead of demand; 0 for none.", DefaultValueFactory = _ => ServerOptions.DefaultPool };
        var pool = new Option<string[]>("--pool") { Description = "TEMPLATE=MIN[..MAX]: how many of a template stand ready; may be repeated.", DefaultValueFactory = _ => [] };
        var disk = new Option<int>("--memory-to-disk") { Description = "Seconds after which the memory of a paused sandbox moves to disk, where its wall can; 0 for never.", DefaultValueFactory = _ => ServerOptions.DefaultMemoryToDisk };
        var root = new RootCommand("The Caisson server.") { port, listen, domain, state, wall, workload, dns, fusion, swerex, egress, poolMax, pool, disk, KeyCommand.Create() };
        root.SetAction((parsed, cancellation) => Guarded.RunAsync(() =>
            Serve.RunAsync(
                new ServerOptions
                {
                    Port = Port(parsed.GetValue(port)),
                    Listen = Address(parsed.GetValue(listen)!),
                    Domain = parsed.GetValue(domain)!,
                    StateDirectory = parsed.GetValue(state) ?? StateDirectory.Default(),
                    Wall = parsed.GetValue(wall)!,
                    Workload = parsed.GetValue(workload) is { } file ? WorkloadFile.Read(file) : null,
                    Dns = parsed.GetValue(dns) is { } server ? NameServer(server) : null,
                    BuildsOpen = parsed.GetValue(egress) == "internet",
                    Pools = PoolArguments.Read(parsed.GetValue(poolMax), parsed.GetValue(pool)!),
                    MemoryToDiskAfter = ToDisk(parsed.GetValue(disk)),
                    SandboxFusion = parsed.GetValue(fusion) is { } tenant ? KeyRing.Tenant(tenant) : null,
                    SweRex = parsed.GetValue(swerex) is { } reach ? reach == "internet" ? EgressPolicy.Internet : EgressPolicy.None : null,
                },
                cancellation)));
        return root;
    }

    /// <summary>The option that names the state directory.</summary>
    public static Option<string?> StateOption() => new("--state") { Description = "Where the server keeps what it must remember." };

    /// <summary>Reads <c>SERVER[:PORT]</c>.</summary>
    internal static IPEndPoint NameServer(string text)
    {
        if (!IPEndPoint.TryParse(text, out var endpoint))
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is not an address with an optional port.");
        return endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, 53) : endpoint;
    }

    internal static TimeSpan? ToDisk(int seconds) => seconds switch
    {
        0 => null,
        > 0 => TimeSpan.FromSeconds(seconds),
        _ => throw new CaissonException(ErrorCode.InvalidArgument, "--memory-to-disk must be a number of seconds, or 0 for never."),
    };

    private static int Port(int port) =>
        port is >= 0 and <= 65535 ? port : throw new CaissonException(ErrorCode.InvalidArgument, "--port must be between 0 and 65535.");

    private static IPAddress Address(string text) => text == "localhost"
        ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address)
            ? address
            : throw new CaissonException(ErrorCode.InvalidArgument, $"--listen must be an address, not '{text}'.");
}
