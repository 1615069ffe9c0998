package io.nokv.sql.parse;

import io.nokv.sql.catalog.Catalog;
import io.nokv.sql.catalog.TypeSystem;
import java.util.List;
import java.util.Properties;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.config.CalciteSystemProperty;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.impl.SqlParserImpl;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;

/** Calcite's parser and validator as this engine wants them. */
public final class SqlGrammar {
    private static final SqlParser.Config PARSER = SqlParser.config().withParserFactory(SqlParserImpl.FACTORY)
            .withQuoting(Quoting.DOUBLE_QUOTE).withUnquotedCasing(Casing.TO_LOWER).withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(false).withConformance(SqlConformanceEnum.LENIENT).withIdentifierMaxLength(1024);

    private final RelDataTypeFactory types = new JavaTypeFactoryImpl(TypeSystem.INSTANCE);
    private final CalciteCatalogReader catalog;

    public SqlGrammar() {
        if (!CalciteSystemProperty.DEFAULT_CHARSET.value().equals("UTF-8")) {
            throw new IllegalStateException("Calcite was loaded with charset "
                    + CalciteSystemProperty.DEFAULT_CHARSET.value()
                    + "; saffron.properties of this module must be found by the context class loader first");
        }
        CalciteSchema root = Catalog.forCalcite();
        Properties properties = new Properties();
        properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
        this.catalog = new CalciteCatalogReader(root, List.of(Catalog.SCHEMA), types,
                new CalciteConnectionConfigImpl(properties));
    }

    public RelDataTypeFactory types() {
        return types;
    }

    public CalciteCatalogReader catalog() {
        return catalog;
    }

    /** A tree, not yet validated. */
    public SqlNode parse(String sql) throws SqlParseException {
        return SqlParser.create(sql, PARSER).parseStmt();
    }

    /** One validator per statement. */
    public SqlValidator validator() {
        return SqlValidatorUtil.newValidator(OperatorTable.INSTANCE, catalog, types,
                SqlValidator.Config.DEFAULT.withConformance(SqlConformanceEnum.LENIENT).withIdentifierExpansion(true)
                        .withDefaultNullCollation(NullCollation.HIGH));
    }
}
