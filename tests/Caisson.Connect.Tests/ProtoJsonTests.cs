using System.Text.Json;
using Caisson.Connect.Json;

namespace Caisson.Connect.Tests;

public sealed class ProtoJsonTests
{
    private static readonly JsonSerializerOptions _options = ProtoJson.CreateOptions(WordJson.Default);

    [Fact]
    public void Absent_bytes_are_not_written() =>
        Assert.Equal("""{"bigNumber":"0","day":0}""", JsonSerializer.Serialize(new Lenient(), _options.TypeOf<Lenient>()));

    [Theory]
    [InlineData("""{"bigNumber":"9007199254740993","rawBytes":"-_8","unknown":{"a":[1]}}""")]
    [InlineData("""{"big_number":9007199254740993,"raw_bytes":"+/8="}""")]
    public void Both_spellings_are_read(string json)
    {
        var message = JsonSerializer.Deserialize(json, _options.TypeOf<Lenient>())!;
        Assert.Equal(9007199254740993, message.BigNumber);
        Assert.Equal([0xfb, 0xff], message.RawBytes!.Value.ToArray());
        Assert.Equal("""{"bigNumber":"9007199254740993","rawBytes":"+/8=","day":0}""", JsonSerializer.Serialize(message, _options.TypeOf<Lenient>()));
    }
}
