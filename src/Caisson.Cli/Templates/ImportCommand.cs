using System.CommandLine;
using Caisson.Cli.Output;
using Caisson.Core.Failures;
using Caisson.Images.Sources;
using Caisson.Images.Sources.Registry;

namespace Caisson.Cli.Templates;

/// <summary><c>caisson template import</c>: fetches or reads an image here, with this user's rights, and sends it to the server.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "An archive (of 'template export', OCI layout or docker save, perhaps compressed), - for standard input, an OCI layout directory, docker-daemon:IMAGE, or docker://HOST/IMAGE[:TAG|@DIGEST]." };
        var name = new Option<string?>("--name") { Description = "The template's name, NAME or NAME:TAG; an archive of 'template export' has one of its own." };
        var image = new Option<string?>("--image") { Description = "Which image, where the archive has several." };
        var plain = new Option<bool>("--plain-http") { Description = "Speak HTTP without TLS to a registry on this host's loopback." };
        var command = new Command("import", "Make a template of a container image or of another server's archive; the key must have the scope admin.") { source, name, image, plain };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            if (TemplateArchive.Is(parsed.GetValue(source)!))
                return await TemplateArchive.ImportAsync(parsed.GetValue(source)!, parsed.GetValue(name), cancellation);
            var called = parsed.GetValue(name) ?? throw new CaissonException(ErrorCode.InvalidArgument, "The source is no archive of 'template export', and an image needs a name.", "Add --name NAME.");
            var access = new RegistryAccess { PlainHttp = parsed.GetValue(plain), Credentials = FromEnvironment(), DockerConfiguration = Configuration() };
            var from = parsed.GetValue(source)!;
            var opened = from == "-" ? null : ImageSources.Open(from, access);
            using var client = Connection.Open();
            using var progress = new Progress("sent");
            var imported = await client.Images.ImportAsync(called, WriteAsync, parsed.GetValue(image), cancellation);
            progress.Dispose();
            Console.WriteLine(FormattableString.Invariant($"{imported.Name}:{imported.Tag} {imported.Id} {imported.Files} files {imported.Bytes} bytes"));
            return 0;

            async Task WriteAsync(Stream target, CancellationToken token)
            {
                await using var counted = new CountingStream(target, progress.Report);
                if (opened is not null)
                    await opened.WriteAsync(counted, token);
                else
                    await Terminals.Descriptors.Input().CopyToAsync(counted, token);
            }
        }));
        return command;
    }

    private static RegistryCredentials? FromEnvironment()
    {
        var user = Environment.GetEnvironmentVariable("CAISSON_REGISTRY_USER");
        var password = Environment.GetEnvironmentVariable("CAISSON_REGISTRY_PASSWORD");
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(password))
            throw new CaissonException(ErrorCode.InvalidArgument, "One of CAISSON_REGISTRY_USER and CAISSON_REGISTRY_PASSWORD is set and the other is not.");
        return string.IsNullOrEmpty(user) ? null : new RegistryCredentials(user, password!);
    }

    private static string Configuration() => Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"), "config.json");
}
