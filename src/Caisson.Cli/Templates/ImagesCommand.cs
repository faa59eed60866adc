using System.CommandLine;
using Caisson.Cli.Output;

namespace Caisson.Cli.Templates;

/// <summary><c>caisson template images</c>: the imported images.</summary>
internal static class ImagesCommand
{
    public static Command Create()
    {
        var command = new Command("images", "List imported images: name, address, bytes, and the command that a container of it would run.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            foreach (var image in await client.Images.ListAsync(cancellation))
                Console.WriteLine(Plain.Text(FormattableString.Invariant($"{image.Name}:{image.Tag}\t{image.Id}\t{image.Bytes}\t{string.Join(' ', image.StartCommand)}")));
            return 0;
        }));
        return command;
    }
}
