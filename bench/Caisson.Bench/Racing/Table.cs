using System.Globalization;

namespace Caisson.Bench.Racing;

/// <summary>Prints what came of a race; the first row is the peer of the others.</summary>
internal static class Table
{
    public static void Print(IReadOnlyList<Samples> rows)
    {
        var peer = rows[0];
        Console.WriteLine($"| | n | min ms | median ms | p95 ms | min / {peer.Name} | median / {peer.Name} |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            if (row.IsEmpty)
            {
                Console.WriteLine($"| {row.Name} | | {row.Remark} | | | | |");
                continue;
            }

            var (least, middle) = peer.IsEmpty ? ("", "") : (Ratio(row.Min / peer.Min), Ratio(row.Median / peer.Median));
            var name = row.Remark is null ? row.Name : $"{row.Name} ({row.Remark})";
            Console.WriteLine($"| {name} | {row.Times.Count} | {Number(row.Min)} | {Number(row.Median)} | {Number(row.Percentile(0.95))} | {least} | {middle} |");
        }
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString(value < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) + "x";
}
