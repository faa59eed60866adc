using System.Diagnostics;
using System.Globalization;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Walls.Ids;
using Caisson.Walls.Sandboxes;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Machines that were being made ready when their server was killed.</summary>
public sealed class PassingPlaceTests
{
    [Fact]
    public async Task What_a_killed_server_left_is_ended_and_what_a_living_one_has_is_not()
    {
        var cache = Directory.CreateTempSubdirectory("caisson-passing-");
        using var monitor = Process.Start("/usr/bin/sleep", "600");
        using var server = Process.Start("/usr/bin/sleep", "600");
        try
        {
            using var ours = new PassingPlace(new MicroVmOptions { Kernel = "", Cache = cache.FullName }, new IdRange());
            var theirs = cache.CreateSubdirectory(string.Create(CultureInfo.InvariantCulture, $"boot-{server.Id}-{ProcessStatus.StartTime(server.Id)}-0123"));
            await File.WriteAllTextAsync(Path.Combine(theirs.FullName, "monitor"), string.Create(CultureInfo.InvariantCulture, $"{monitor.Id}-{ProcessStatus.StartTime(monitor.Id)}"), TestContext.Current.CancellationToken);
            PassingPlace.Sweep(cache.FullName);
            Assert.True(theirs.Exists && !monitor.HasExited);

            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            PassingPlace.Sweep(cache.FullName);
            await monitor.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.Equal([ours.Folder], Directory.GetDirectories(cache.FullName));
        }
        finally
        {
            monitor.Kill();
            server.Kill();
            cache.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_pid_that_is_another_process_now_is_left_alone()
    {
        var cache = Directory.CreateTempSubdirectory("caisson-passing-");
        using var other = Process.Start("/usr/bin/sleep", "600");
        try
        {
            var left = cache.CreateSubdirectory("boot-1-1-0123");
            await File.WriteAllTextAsync(Path.Combine(left.FullName, "monitor"), string.Create(CultureInfo.InvariantCulture, $"{other.Id}-1"), TestContext.Current.CancellationToken);
            PassingPlace.Sweep(cache.FullName);
            Assert.False(Directory.Exists(left.FullName));
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
            cache.Delete(recursive: true);
        }
    }
}
