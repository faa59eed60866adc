using System.Globalization;
using Caisson.Core.Backends;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Copies of files while a program writes them.</summary>
public sealed class BetweenWritesTests(MachineHost host)
{
    private const string Writing = "(i=0; while :; do i=$((i+1)); echo $i >> /root/first; echo $i >> /root/second; done) > /dev/null 2>&1 &";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task What_was_written_first_is_never_older_than_what_was_written_next()
    {
        var source = await host.Backend().StartAsync(host.Request("written"), Soon);
        await using var held = new Ending(source);
        await MachineHost.RunAsync(source, $"{Writing} until [ -s /root/second ]; do sleep 0.1; done");
        var last = 0;
        for (var round = 0; round < 6; round++)
        {
            var layer = Path.Combine(host.Folder, $"between-{round}");
            await ((ILayered)source).CaptureAsync(layer, leaveProcesses: true, Soon);
            await using var copy = new Ending(await host.Backend().StartAsync(host.Request($"read-{round}", layer), Soon));
            var read = (await MachineHost.RunAsync(copy.Sandbox, "grep -c . /root/first; grep -c . /root/second")).Split('\n').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
            Assert.InRange(read[0] - read[1], 0, 1);
            Assert.True(read[0] > last, "it goes on writing");
            last = read[0];
        }
    }
}
