using System.Text.Json;
using Caisson.Backends.Oci.Spec;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>Runs a container that does nothing, to see whether a platform works on this host.</summary>
internal static class PlatformTrial
{
    private static readonly string[] _namespaces = ["pid", "ipc", "uts", "mount", "network"];

    public static async Task<RuntimeOutput> RunAsync(string program, OciRuntime runtime, string platform, CancellationToken cancellation)
    {
        var place = Directory.CreateTempSubdirectory("caisson-trial-");
        try
        {
            var spec = new ContainerSpec(
                "1.0.2",
                new ContainerProcess(new ContainerUser(65534, 65534), ["/usr/bin/true"], [], "/", new ContainerCapabilities([], [], []), NoNewPrivileges: true),
                new ContainerRoot("/", Readonly: true),
                "trial",
                [],
                new ContainerLinux([.. _namespaces.Select(type => new ContainerNamespace(type))], null, null, null, new ContainerResources([]), [], []));
            await File.WriteAllBytesAsync($"{place}/config.json", JsonSerializer.SerializeToUtf8Bytes(spec, ContainerJson.Default.ContainerSpec), cancellation).ConfigureAwait(false);
            return await RuntimeCommand.RunAsync(
                program, ["--root", $"{place}/state", .. runtime.Arguments, "--network=none", $"--platform={platform}", "run", "--bundle", place.FullName, place.Name], cancellation).ConfigureAwait(false);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }
}
