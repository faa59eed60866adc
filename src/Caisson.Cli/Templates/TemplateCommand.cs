using System.CommandLine;
using System.Globalization;
using Caisson.Cli.Output;
using Caisson.Client;
using Caisson.Core.Failures;
using Spectre.Console;

namespace Caisson.Cli.Templates;

/// <summary><c>caisson template</c>: what sandboxes are started from.</summary>
internal static class TemplateCommand
{
    public static Command Create() => new("template", "Build, list, remove and move templates.") { TemplateBuildCommand.Create(), List(), Remove(), Export(), ImportCommand.Create(), ImagesCommand.Create() };

    private static Command List()
    {
        var command = new Command("ls", "List the templates.");
        command.SetAction((_, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var table = new Table { Border = TableBorder.None };
            foreach (var heading in (ReadOnlySpan<string>)["NAME", "ID", "TAGS", "PUBLIC", "UPDATED"])
                table.AddColumn(new TableColumn(new Text(heading)) { NoWrap = true });
            foreach (var one in await client.Templates.ListAsync(cancellation))
            {
                table.AddRow(new[]
                {
                    one.Name, one.Id, string.Join(',', one.Tags.Select(tag => tag.Tag)), one.Public ? "yes" : "no",
                    one.UpdatedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                }.Select(cell => new Text(Plain.Text(cell))));
            }

            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 200);
            AnsiConsole.Write(table);
            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string[]>("name") { Description = "Names or ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("rm", "Remove templates with all their builds, and names of imported images.") { name };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            foreach (var one in parsed.GetValue(name)!)
                await RemoveAsync(client, one, cancellation);
            return 0;
        }));
        return command;
    }

    private static async Task RemoveAsync(CaissonClient client, string name, CancellationToken cancellation)
    {
        try
        {
            await client.Templates.DeleteAsync(name, cancellation);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            // It may be the name of an imported image.
            await client.Images.RemoveAsync(name, cancellation);
        }
    }

    private static Command Export()
    {
        var name = new Argument<string>("name") { Description = "The template, with :TAG if need be." };
        var file = new Argument<string>("file") { Description = "The archive to write; - for standard output." };
        var command = new Command("export", "Write a template as an archive that 'template import' reads.") { name, file };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var path = parsed.GetValue(file)!;
            if (path == "-")
            {
                await using var output = Console.OpenStandardOutput();
                await client.Templates.ExportAsync(parsed.GetValue(name)!, output, cancellation);
                return 0;
            }

            var making = path + ".part";
            try
            {
                await using (var output = new FileStream(making, FileMode.Create, FileAccess.Write))
                    await client.Templates.ExportAsync(parsed.GetValue(name)!, output, cancellation);
                File.Move(making, path, overwrite: true);
            }
            finally
            {
                File.Delete(making);
            }

            return 0;
        }));
        return command;
    }
}
