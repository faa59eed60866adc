using System.CommandLine;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson kill</c>: ends sandboxes.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { Description = "The ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("kill", "End sandboxes.") { ids };
        command.SetAction(async (parsed, cancellation) =>
        {
            var code = 0;
            foreach (var id in parsed.GetValue(ids)!)
            {
                var one = await Guarded.RunAsync(async () =>
                {
                    using var client = Connection.Open();
                    await (await client.GetAsync(id, cancellation)).KillAsync(cancellation);
                    return 0;
                });
                code = code == 0 ? one : code;
            }

            return code;
        });
        return command;
    }
}
