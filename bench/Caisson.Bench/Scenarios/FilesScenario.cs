using System.Security.Cryptography;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class FilesScenario : IScenario
{
    private const int Count = 1000;
    private const int Small = 1 << 10;
    private const int Large = 100 << 20;

    public string Name => "files";

    public string Title => "write and read back 1,000 files of 1 KiB, and one of 100 MiB (docker cp: the whole directory in one call)";

    public int Rounds => 3;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var server = await laboratory.ServerAsync(cancellation);
        var docker = await laboratory.DockerAsync(cancellation);
        var id = await server.CreateAsync(null, cancellation);
        try
        {
            var small = RandomNumberGenerator.GetBytes(Small);
            var large = RandomNumberGenerator.GetBytes(Large);
            List<Contender> many = [new("files API, 1,000 x 1 KiB", token => CopyManyAsync(server, id, small, token))];
            List<Contender> one = [new("files API, 100 MiB", token => CopyOneAsync(server, id, large, token))];
            if (docker.Value is { } engine)
            {
                var source = Directory.CreateDirectory(Path.Combine(laboratory.Root, "many")).FullName;
                for (var i = 0; i < Count; i++)
                    await File.WriteAllBytesAsync($"{source}/f{i}", small, cancellation);
                await File.WriteAllBytesAsync(Path.Combine(laboratory.Root, "large"), large, cancellation);
                many.Insert(0, new("docker cp", token => ThereAndBackAsync(engine, laboratory.Root, "many", token)));
                one.Insert(0, new("docker cp", token => ThereAndBackAsync(engine, laboratory.Root, "large", token)));
            }

            var rows = await Race.RunAsync(many, rounds, cancellation);
            Table.Print(rows);
            Console.WriteLine();
            rows = await Race.RunAsync(one, rounds, cancellation);
            if (docker.Reason is { } reason)
                rows.Add(Samples.NotUsable("docker cp", reason));
            return rows;
        }
        finally
        {
            await server.KillAsync(id, CancellationToken.None);
        }
    }

    private static async Task CopyManyAsync(Servers.CaissonServer server, string id, byte[] content, CancellationToken cancellation)
    {
        for (var i = 0; i < Count; i++)
            await server.WriteAsync(id, $"/home/user/many/f{i}", content, cancellation);
        for (var i = 0; i < Count; i++)
            Same(await server.ReadAsync(id, $"/home/user/many/f{i}", cancellation), content.Length);
    }

    private static async Task CopyOneAsync(Servers.CaissonServer server, string id, byte[] content, CancellationToken cancellation)
    {
        await server.WriteAsync(id, "/home/user/large", content, cancellation);
        Same(await server.ReadAsync(id, "/home/user/large", cancellation), content.Length);
    }

    private static async Task ThereAndBackAsync(Peers.DockerEngine engine, string root, string name, CancellationToken cancellation)
    {
        await engine.CopyAsync(into: $"/{name}", from: null, $"{root}/{name}", cancellation);
        await engine.CopyAsync(into: null, from: $"/{name}", $"{root}/{name}.back", cancellation);
    }

    private static void Same(long actual, long expected)
    {
        if (actual != expected)
            throw new BenchException($"{actual} bytes came back of {expected}");
    }
}
