using System.Text;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Text as UTF-8.</summary>
internal sealed class Utf8Writer() : VariableWriter<string>(StringType.Default)
{
    protected override void Write(string value)
    {
        var room = Bytes.Reserve<byte>(checked(value.Length * 3));
        Bytes.Return(room.Length - Encoding.UTF8.GetBytes(value, room));
    }
}
