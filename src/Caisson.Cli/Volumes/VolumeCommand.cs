using System.CommandLine;
using System.Globalization;
using Caisson.Cli.Output;
using Caisson.Core.Volumes;
using Caisson.Settings.Arguments;

namespace Caisson.Cli.Volumes;

/// <summary><c>caisson volume</c>: makes, lists, removes volumes and copies files in and out.</summary>
internal static class VolumeCommand
{
    private const int BytesAFile = 16 << 10;

    public static Command Create() => new("volume", "Files that outlive sandboxes and that several of them share.") { Make(), List(), Remove(), VolumeCopyCommand.Create() };

    private static Command Make()
    {
        var name = new Argument<string>("name") { Description = "Its name." };
        var size = new Option<string>("--size") { Description = "The most it holds, such as 512M.", DefaultValueFactory = _ => "1G" };
        var files = new Option<int?>("--files") { Description = "How many files it holds; one for every 16 KiB when left out." };
        var command = new Command("create", "Make a volume and print its id.") { name, size, files };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var bytes = ByteSize.Parse(parsed.GetValue(size)!);
            var quota = new VolumeQuota(bytes, parsed.GetValue(files) ?? (int)Math.Min(bytes / BytesAFile, 1 << 22));
            using var client = Connection.Open();
            Console.WriteLine((await client.Volumes.CreateAsync(parsed.GetValue(name)!, quota, cancellation)).Description.Id);
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("ls", "List the volumes.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            foreach (var one in await client.Volumes.ListAsync(cancellation))
            {
                Console.WriteLine(Plain.Text(string.Create(
                    CultureInfo.InvariantCulture, $"{one.Id} {one.Name} {one.Bytes} {one.Files} {one.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}")));
            }

            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string>("name") { Description = "Its name or id." };
        var command = new Command("rm", "Remove a volume with all in it.") { name };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            await client.Volumes.DeleteAsync(parsed.GetValue(name)!, cancellation);
            return 0;
        }));
        return command;
    }
}
